import { createSamlServiceProvider } from '../../../src/adapters/saml';
import type {
  SamlService,
  SamlSettings,
  SignOnListener,
  SsoDraft,
  SsoProvider,
  TenantSession,
} from '../../../src/contract';
import type { BrowserOpener, EnginePorts } from '../../../src/engine/ports';
import type { createCaller } from '../engine/calls';
import { createAuthority } from './authority';
import { samlDraft } from './saml';
import { type SamlIdp, startSamlIdp } from './samlIdp';
import { freePort, postForm, sendTo, type WebAnswer } from './web';
import { openSsoWorld, type SsoWorld } from './world';

type Caller = ReturnType<typeof createCaller>;

/** What a provider has the browser post. */
export interface PostedForm {
  readonly to: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A browser that goes where it is sent and posts the form that it finds there. */
export class FormBrowser implements BrowserOpener {
  /** Every form that a provider gave it, in order. */
  readonly forms: PostedForm[] = [];
  /** Every page that it ended at, in order. */
  readonly pages: WebAnswer[] = [];
  /** Asked before a form is posted: another one to post in its place, or `null` to keep it. */
  onForm: (form: PostedForm) => PostedForm | null = (form) => form;
  /** In PEM; the certificate of the console's listener. */
  listener = '';
  readonly #authority: string;
  #going: Promise<unknown> = Promise.resolve();

  /** @param authority in PEM; that of the provider */
  constructor(authority: string) {
    this.#authority = authority;
  }

  async open(url: string): Promise<void> {
    this.#going = this.#go(url);
    this.#going.catch(() => undefined);
  }

  /** Resolves when the page that was opened last is there. */
  async settled(): Promise<void> {
    await this.#going;
  }

  async post({ to, fields }: PostedForm): Promise<WebAnswer> {
    const page = await postForm(to, this.listener, fields);
    this.pages.push(page);
    return page;
  }

  async #go(url: string): Promise<void> {
    const { body } = await sendTo(url, this.#authority);
    const to = textOf(/action="([^"]*)"/.exec(body)?.[1] ?? '');
    const fields = [...body.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      textOf(value),
    ]);
    const form: PostedForm = { to, fields: Object.fromEntries(fields) };
    this.forms.push(form);
    const wanted = this.onForm(form);
    if (wanted) await this.post(wanted);
  }
}

function textOf(html: string): string {
  return html.replace(/&#(\d+);/g, (_whole, code) => String.fromCodePoint(Number(code)));
}

/** An engine with the listener of sign-on, a SAML provider made with another library, and a browser between them. */
export interface SamlWorld extends SsoWorld {
  readonly idp: SamlIdp;
  readonly browser: FormBrowser;
  /** Adds a provider, makes the console known to it, and enables it. */
  addProvider(changes?: Partial<SamlSettings>, draft?: Partial<SsoDraft>): Promise<SsoProvider>;
  signIn(provider: SsoProvider, window?: Caller): Promise<TenantSession>;
}

export async function openSamlWorld(
  onEnd: (end: () => Promise<void>) => void,
  overrides: Partial<EnginePorts> = {},
): Promise<SamlWorld> {
  const authority = await createAuthority();
  const key = await createSamlServiceProvider().createKey('idp', Date.now());
  const idp = await startSamlIdp(key, authority, onEnd);
  const browser = new FormBrowser(authority.certificate);
  const world = await openSsoWorld(onEnd, { browser, ...overrides });
  const settings = { name: 'localhost', address: '127.0.0.1', port: await freePort() };
  await world.operator.call('installation', 'signOn.setListener', {
    settings,
    certificate: { kind: 'internal' },
  });

  return {
    ...world,
    idp,
    browser,
    async addProvider(changes = {}, draft = {}) {
      const read = await world.ask<object>(world.administrator, 'sso.readMetadata', { xml: idp.metadata });
      const wanted = { ...samlDraft(key, { ...read, ...changes }), ...draft };
      const { id, revision } = await world.ask<SsoProvider>(world.administrator, 'sso.add', {
        draft: wanted,
      });
      const { metadata } = await world.ask<SamlService>(world.administrator, 'sso.service', { id });
      idp.register(metadata);
      const state = 'enabled';
      const enabled = await world.ask<SsoProvider>(world.administrator, 'sso.setState', {
        id,
        revision,
        state,
      });
      const listener = (await world.operator.call('installation', 'signOn.listener', {})) as SignOnListener;
      browser.listener = listener.certificate?.pem ?? '';
      return enabled;
    },
    signIn: (provider, window = world.window()) =>
      world.ask(window, 'identity.signInByBrowser', { provider: provider.id }),
  };
}
