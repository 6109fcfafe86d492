import type { OidcSettings, SsoDraft, SsoProvider, TenantSession } from '../../../src/contract';
import type { EnginePorts } from '../../../src/engine/ports';
import { CLIENT_ID, CLIENT_SECRET, startOidcProvider, type TestProvider } from './oidcProvider';
import { Browser, freePort } from './web';
import { openSsoWorld, type SsoWorld } from './world';

/** A tenant with an OpenID provider that is enabled, and a browser that the console opens. */
export interface OidcWorld extends SsoWorld {
  readonly provider: TestProvider;
  readonly browser: Browser;
  /** The provider as the console has it. */
  readonly saved: SsoProvider & { readonly addresses: { callback: string; logout: string } };
  /** Signs somebody in by the provider, from a window of their own. */
  signIn(subject: string): Promise<{ window: ReturnType<SsoWorld['window']>; session: TenantSession }>;
}

export interface OidcWishes {
  readonly settings?: Partial<OidcSettings>;
  readonly draft?: Partial<SsoDraft>;
  readonly provider?: Parameters<typeof startOidcProvider>[1];
  readonly ports?: Partial<EnginePorts>;
}

/** How the provider is written down; `staff` are users, `admins` administer the tenant. */
export function oidcDraft(
  { issuer, authority }: Pick<TestProvider, 'issuer' | 'authority'>,
  settings: Partial<OidcSettings> = {},
  draft: Partial<SsoDraft> = {},
): SsoDraft {
  return {
    name: 'Acme account',
    settings: {
      kind: 'oidc',
      issuer,
      clientId: CLIENT_ID,
      clientAuthentication: 'basic',
      authorities: authority.certificate,
      otherServers: [],
      scopes: 'openid profile email groups offline_access',
      askConsent: true,
      groupsClaim: 'groups',
      trustUnverifiedEmail: false,
      offered: true,
      ...settings,
    },
    secret: CLIENT_SECRET,
    mappings: [
      { group: 'staff', role: 'user' },
      { group: 'admins', role: 'tenant-admin' },
    ],
    defaultRole: null,
    adoptExisting: false,
    graceMinutes: 0,
    ...draft,
  };
}

/** Has the listener listen at a free port, with a certificate of the given authority. */
export async function setListener(world: SsoWorld, authority: TestProvider['authority']): Promise<number> {
  const port = await freePort();
  const { certificate, key } = await authority.issue(['localhost']);
  await world.operator.call('installation', 'signOn.setListener', {
    settings: { name: 'localhost', address: '127.0.0.1', port },
    certificate: { kind: 'own', chain: certificate, key },
  });
  return port;
}

export async function openOidcWorld(
  onEnd: (end: () => Promise<void>) => void,
  wishes: OidcWishes = {},
): Promise<OidcWorld> {
  const provider = await startOidcProvider(onEnd, wishes.provider);
  provider.accounts.set('lea', {
    email: 'lea@acme.example',
    email_verified: true,
    name: 'Lea Staff',
    groups: ['staff'],
  });
  provider.accounts.set('max', {
    email: 'max@acme.example',
    email_verified: true,
    name: 'Max Staff',
    groups: ['staff'],
  });
  const browser = new Browser(provider.authority.certificate);
  const world = await openSsoWorld(onEnd, { browser, ...wishes.ports });
  await setListener(world, provider.authority);
  const draft = oidcDraft(provider, wishes.settings, wishes.draft);
  const { id } = await world.ask<SsoProvider>(world.administrator, 'sso.add', { draft });
  const saved = await world.ask<OidcWorld['saved']>(world.administrator, 'sso.setState', {
    id,
    revision: 1,
    state: 'enabled',
  });
  provider.register(saved.addresses);
  return {
    ...world,
    provider,
    browser,
    saved,
    async signIn(subject) {
      provider.person = subject;
      const window = world.window();
      const session = await world.ask<TenantSession>(window, 'identity.signInByBrowser', { provider: id });
      return { window, session };
    },
  };
}
