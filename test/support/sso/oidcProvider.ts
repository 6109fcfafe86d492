import { createServer, type Server } from 'node:https';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';
import { type Authority, createAuthority } from './authority';
import { freePort, sendTo } from './web';

export const CLIENT_ID = 'riscura-console';
export const CLIENT_SECRET = 'the secret of the console at its provider';

/** Somebody whom the provider knows. */
export interface OidcAccount {
  readonly email: string;
  readonly email_verified?: boolean;
  readonly name: string;
  readonly groups: readonly string[];
}

interface OidcProviderOptions {
  /** Whether it gives refresh tokens. */
  readonly refresh?: boolean;
  /** Seconds that an access token holds. */
  readonly accessSeconds?: number;
}

/** What stands in for an answer of the provider, made when it is asked. */
export type Instead = () => Promise<{
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}>;

/** A real OpenID provider (oidc-provider) over TLS on this machine. */
export interface TestProvider {
  readonly issuer: string;
  readonly authority: Authority;
  /** The private key that it signs with. */
  readonly key: { readonly jwk: JWK; readonly kid: string };
  /** By their subject. */
  readonly accounts: Map<string, OidcAccount>;
  /** Who signs in when the browser comes. */
  person: string;
  /** How often each of its addresses was asked, by path. */
  readonly asked: Map<string, number>;
  /** Makes it known to the provider where a console is. */
  register(addresses: { callback: string; logout: string }): void;
  /** What it calls the last session of somebody. */
  sessionOf(subject: string): string;
  /** Tells the console that somebody signed out, as OpenID Connect Back-Channel Logout 1.0 has it. */
  logOut(subject: string, session: string): Promise<void>;
  /** Answers instead of the provider for a path, until it is taken away with `null`. */
  answerInstead(path: string, answer: Instead | null): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function startOidcProvider(
  onEnd: (end: () => Promise<void>) => void,
  options: OidcProviderOptions = {},
): Promise<TestProvider> {
  const { refresh = true, accessSeconds = 3_600 } = options;
  const authority = await createAuthority();
  const certificate = await authority.issue(['localhost']);
  const port = await freePort();
  const issuer = `https://localhost:${port}`;
  const accounts = new Map<string, OidcAccount>();
  const asked = new Map<string, number>();
  const instead = new Map<string, Instead>();
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = 'first';
  const jwk: JWK = { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' };
  const sessions = new Map<string, string>();
  let provider: Provider | null = null;
  let server: Server | null = null;

  const configuration = (callback: string, logout: string): Configuration => ({
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [callback],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
        backchannel_logout_uri: logout,
        backchannel_logout_session_required: true,
      },
    ],
    jwks: { keys: [jwk as never] },
    cookies: { keys: ['a key of the cookies of a test'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    scopes: ['openid', 'email', 'profile', 'groups', 'offline_access'],
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    pkce: { required: () => true },
    ttl: {
      AccessToken: accessSeconds,
      AuthorizationCode: 60,
      IdToken: 3_600,
      RefreshToken: 86_400,
      Interaction: 600,
      Session: 86_400,
      Grant: 86_400,
    },
    issueRefreshToken: async () => refresh,
    rotateRefreshToken: true,
    interactions: { url: (_ctx: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    async findAccount(_ctx: unknown, sub: string) {
      const account = accounts.get(sub);
      if (!account) return undefined;
      return { accountId: sub, claims: async () => ({ sub, ...account, groups: [...account.groups] }) };
    },
    fetch: async (url: URL | string, init?: RequestInit) => {
      const answer = await sendTo(String(url), authority.certificate, {
        method: init?.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init?.headers)),
        ...(init?.body ? { body: String(init.body) } : {}),
      });
      return new Response(answer.body || null, { status: answer.status });
    },
  });

  const made: TestProvider = {
    issuer,
    authority,
    key: { jwk, kid },
    accounts,
    person: '',
    asked,
    register({ callback, logout }) {
      provider = new Provider(issuer, configuration(callback, logout));
      provider.on('grant.success', ({ oidc: { entities } }) => {
        const { AuthorizationCode: code } = entities;
        if (code?.accountId && code.sid) sessions.set(code.accountId, code.sid);
      });
      provider.use(async (ctx, next) => {
        if (!ctx.path.startsWith('/interaction/')) return next();
        await interact(provider as Provider, ctx.req, ctx.res, made.person);
        ctx.respond = false;
      });
    },
    sessionOf: (subject) => sessions.get(subject) ?? '',
    async logOut(subject, session) {
      const client = await (provider as Provider).Client.find(CLIENT_ID);
      await client?.backchannelLogout(subject, session);
    },
    answerInstead(path, answer) {
      if (answer) instead.set(path, answer);
      else instead.delete(path);
    },
    async start() {
      server = createServer({ cert: certificate.certificate, key: certificate.key }, (request, response) => {
        const path = (request.url ?? '').split('?')[0] ?? '';
        asked.set(path, (asked.get(path) ?? 0) + 1);
        const other = instead.get(path);
        if (other) {
          void other().then(({ status, body, headers }) => {
            response.writeHead(status, { 'content-type': 'application/json', ...headers });
            response.end(body);
          });
          return undefined;
        }
        if (!provider) return response.writeHead(503).end();
        return provider.callback()(request, response);
      });
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    },
    async stop() {
      const present = server;
      server = null;
      if (!present) return;
      present.closeAllConnections();
      await new Promise((resolve) => present.close(resolve));
    },
  };
  made.register({ callback: 'https://console.invalid/callback', logout: 'https://console.invalid/logout' });
  await made.start();
  onEnd(() => made.stop());
  return made;
}

/** Answers what the provider asks of the person: who they are, and whether they consent. */
async function interact(
  provider: Provider,
  request: Parameters<Provider['interactionDetails']>[0],
  response: Parameters<Provider['interactionDetails']>[1],
  person: string,
): Promise<void> {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (person === '') {
    const refusal = { error: 'access_denied', error_description: 'The person said no.' };
    return provider.interactionFinished(request, response, refusal);
  }
  if (prompt.name === 'login') {
    return provider.interactionFinished(request, response, { login: { accountId: person } });
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session?.accountId ?? '', clientId: String(params.client_id) });
  grant?.addOIDCScope(String(params.scope));
  const consent = { grantId: (await grant?.save()) ?? '' };
  return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}
