import type { RequestHandlers } from '../adapters/custodianLink';
import type { CustodianKeystore } from '../adapters/keystore';
import type { ChildHosts } from './childHosts';
import type { TabCredentials } from './tabCredentials';

/** Shows an https page in the browser of the system. */
export type OpenBrowser = (url: string) => Promise<void>;

/** What the engine may ask of the custodian, and who answers it. */
export function requestHandlers(
  keystore: CustodianKeystore,
  hosts: ChildHosts,
  openBrowser: OpenBrowser,
  tabs: TabCredentials,
): RequestHandlers {
  return {
    'keystore.state': () => keystore.state(),
    'keystore.createKey': ({ name }) => keystore.createKey(name),
    'keystore.readKey': ({ name }) => keystore.readKey(name),
    'keystore.destroyKey': ({ name }) => done(keystore.destroyKey(name)),
    'keystore.adoptNextKey': ({ name }) => done(keystore.adoptNextKey(name)),
    'keystore.restoreKey': ({ name, key }) => done(keystore.restoreKey(name, key)),
    'keystore.readSecret': ({ name }) => keystore.readSecret(name),
    'keystore.writeSecret': ({ name, secret }) => done(keystore.writeSecret(name, secret)),
    'keystore.removeSecret': ({ name }) => done(keystore.removeSecret(name)),
    'tabs.credential': async ({ tab }) => tabs.read(tab),
    'browser.open': ({ url }) => done(openBrowser(url)),
    'hosts.spawn': ({ kind }) => hosts.spawn(kind),
    'hosts.release': ({ id }) => done(hosts.release(id)),
    'hosts.kill': ({ id }) => done(hosts.kill(id)),
  };
}

/** An answer without content. */
async function done(work: Promise<void>): Promise<null> {
  await work;
  return null;
}
