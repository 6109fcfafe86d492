import type { Desktop } from '../../support/desktop';

const SERVICE = 'org.freedesktop.secrets';
const ROOT = '/org/freedesktop/secrets';

/** Whether the keyring of a desktop holds the key of a tenant; asked of the Secret Service itself. */
export function keyringHoldsKey(desktop: Desktop, tenantId: string): boolean {
  return itemsOf(desktop, `tenant:${tenantId}`).length > 0;
}

/** Every secret that the keyring holds, as text. */
export function readSecrets(desktop: Desktop): string[] {
  const list = `
    const keytar = require(process.argv[1]);
    keytar.findCredentials(process.argv[2]).then((found) => console.log(JSON.stringify(found)));
  `;
  const library = new URL('../../../node_modules/@github/keytar', import.meta.url).pathname;
  return servicesOf(desktop).flatMap((service) => {
    const found: { password: string }[] = JSON.parse(desktop.programs.runNode(list, [library, service]));
    return found.map(({ password }) => password);
  });
}

function itemsOf(desktop: Desktop, account: string): string[] {
  const search = 'org.freedesktop.Secret.Service.SearchItems';
  const answer = desktop.programs.callOnBus([SERVICE, ROOT, search, `dict:string:string:account,${account}`]);
  return [...answer.matchAll(/object path "(.+)"/g)].map(([, path]) => path ?? '');
}

/** The names under which programs keep secrets here. */
function servicesOf(desktop: Desktop): string[] {
  const get = 'org.freedesktop.DBus.Properties.Get';
  const attributes = ['string:org.freedesktop.Secret.Item', 'string:Attributes'];
  const names = itemsOf(desktop, 'installation').map((item) => {
    const answer = desktop.programs.callOnBus([SERVICE, item, get, ...attributes]);
    return /string "service"\s+string "(.+)"/.exec(answer)?.[1] ?? '';
  });
  return [...new Set(names)].filter(Boolean);
}
