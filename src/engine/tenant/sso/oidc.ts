import { EmailAddress, type OidcSettings, parseUrl, type SsoStep } from '../../../contract';
import type { EgressBroker } from '../../mechanism/egress';
import {
  type OidcClaims,
  type OidcClient,
  OidcError,
  type OidcProvider,
  type OidcTokens,
  type RandomSource,
} from '../../ports';
import type { SiteNetwork } from '../context';
import type { BrowserRound } from './attempts';
import { titleOf } from './people';
import { certificatesIn, placeOf } from './settings';
import { failureAt, StepFailure, type Trace, untraced } from './steps';

const SECRET_BYTES = 32;
const MOST_GROUPS = 500;
/** What a provider said of itself is believed for so long. */
const KNOWN_MS = 15 * 60_000;

/** Somebody as the provider knows them. */
export interface OidcPerson {
  /** Issuer and subject together: one of them alone names nobody. */
  readonly subject: string;
  readonly email: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/** With what a provider can be asked again about somebody. */
export interface OidcProof {
  readonly refreshToken: string | null;
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly accessUntil: number | null;
}

/** What a round in the browser brought. */
export interface OidcOutcome {
  readonly person: OidcPerson;
  readonly proof: OidcProof;
  /** The provider's own name of the session, for when it ends. */
  readonly session: string | null;
}

/** A provider as it is spoken with. */
export interface OidcTarget {
  /** `null` for a draft; then nothing that it said earlier is used. */
  readonly id: string | null;
  readonly revision: number;
  readonly settings: OidcSettings;
  readonly secret: string;
}

interface OidcDoor {
  readonly egress: EgressBroker;
  readonly client: OidcClient;
  readonly site: () => SiteNetwork;
  readonly random: RandomSource;
  readonly now: () => number;
  readonly monotonic: () => number;
}

/** The OpenID providers of a tenant. All methods throw StepFailure naming the step that was not passed. */
export interface OidcProviders {
  open(target: OidcTarget): Promise<OidcProvider>;
  /** Goes through the network, the description, the keys and the client, for a test. */
  probe(target: OidcTarget, callback: string, trace: Trace): Promise<OidcProvider>;
  /** @param afresh whether the person has to prove who they are anew */
  round(
    target: OidcTarget & { readonly id: string },
    callback: string,
    afresh: boolean,
    trace: Trace,
  ): Promise<BrowserRound<OidcOutcome>>;
  /** Asks again about somebody; `null` when the provider does not vouch for them any more. */
  askAgain(
    target: OidcTarget,
    subject: string,
    proof: OidcProof,
  ): Promise<{ person: OidcPerson; proof: OidcProof } | null>;
}

export function createOidcProviders(door: OidcDoor): OidcProviders {
  const known = new Map<string, { provider: Promise<OidcProvider>; at: number }>();

  function destinationOf(url: string, { authorities }: OidcSettings) {
    const { origin } = new URL(url);
    return {
      baseUrl: origin,
      purpose: 'directory' as const,
      place: placeOf(origin, door.site()),
      authorities: certificatesIn(authorities),
    };
  }

  function fetchOf(settings: OidcSettings): typeof fetch {
    return (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      if (!allows(settings, url)) {
        return Promise.reject(
          new OidcError('discovery', 'invalid', 'The provider leads to a server that is not allowed here.'),
        );
      }
      return door.egress.fetchFor(destinationOf(url, settings))(input, init);
    };
  }

  async function discover({ settings, secret }: OidcTarget): Promise<OidcProvider> {
    try {
      return await door.client.discover({
        issuer: settings.issuer,
        clientId: settings.clientId,
        secret,
        authentication: settings.clientAuthentication,
        fetch: fetchOf(settings),
        allows: (url) => allows(settings, url),
        now: door.now,
      });
    } catch (error) {
      throw failureAt('discovery', error);
    }
  }

  function open(target: OidcTarget): Promise<OidcProvider> {
    if (target.id === null) return discover(target);
    const key = `${target.id} ${target.revision}`;
    const present = known.get(key);
    if (present && door.monotonic() - present.at < KNOWN_MS) return present.provider;
    for (const other of known.keys()) if (other.startsWith(`${target.id} `)) known.delete(other);
    const provider = discover(target).catch((error: unknown) => {
      known.delete(key);
      throw error;
    });
    known.set(key, { provider, at: door.monotonic() });
    return provider;
  }

  async function probe(target: OidcTarget, callback: string, trace: Trace): Promise<OidcProvider> {
    await probeConnection(target.settings, trace);
    const provider = await discover(target);
    const logouts = provider.tellsLogouts
      ? 'It tells of sign-outs.'
      : 'It does not say that it tells of sign-outs.';
    trace.passed('discovery', `It describes itself as the issuer that is given here. ${logouts}`);
    try {
      const keys = await provider.loadKeys();
      trace.passed('keys', keys === 1 ? 'It publishes one key.' : `It publishes ${keys} keys.`);
    } catch (error) {
      throw failureAt('keys', error);
    }
    try {
      await provider.proveClient(callback);
      trace.passed('client', 'It knows this client, and takes its secret.');
    } catch (error) {
      throw failureAt('client', error);
    }
    return provider;
  }

  async function probeConnection(settings: OidcSettings, trace: Trace): Promise<void> {
    let step: SsoStep = 'allowed';
    try {
      const connection = await door.egress.connect(destinationOf(settings.issuer, settings), (reached) => {
        if (reached === 'allowed') trace.passed('allowed', 'The rules of the network let it be reached.');
        else trace.passed('resolve', 'The name leads to an address.');
        step = reached === 'allowed' ? 'resolve' : 'connect';
      });
      trace.passed('connect', 'The server takes connections.');
      step = 'tls';
      const secured = await connection.secure().catch((error: unknown) => {
        connection.destroy();
        throw error;
      });
      secured.destroy();
      trace.passed('tls', 'The server proved to be the one of the address.');
    } catch (error) {
      throw failureAt(step, error);
    }
  }

  function randomText(): string {
    return Buffer.from(door.random.bytes(SECRET_BYTES)).toString('base64url');
  }

  async function personOf(
    provider: OidcProvider,
    settings: OidcSettings,
    subject: string,
    tokens: OidcTokens,
    trace: Trace,
  ): Promise<OidcPerson> {
    const info = provider.hasUserInfo ? await provider.userInfo(tokens.accessToken, subject) : {};
    const person = readPerson(settings, subject, tokens.claims ?? {}, info);
    trace.passed('person', `The provider vouches for ${person.email}.`);
    const groups = readGroups(settings.groupsClaim, { ...tokens.claims, ...info });
    trace.groups(groups);
    trace.passed('groups', groups.length === 1 ? 'In one group.' : `In ${groups.length} groups.`);
    return { ...person, groups };
  }

  return {
    open,
    probe,

    async round(target, callback, afresh, trace) {
      const { settings } = target;
      const provider = await open(target);
      const request = {
        redirectUri: callback,
        scopes: settings.scopes,
        consent: settings.askConsent,
        state: randomText(),
        nonce: randomText(),
        verifier: randomText(),
        afresh,
      };
      return {
        providerId: target.id,
        ticket: request.state,
        url: await provider.authorizationUrl(request),
        async finish({ query }) {
          try {
            trace.passed('browser', 'The browser came back.');
            const tokens = await provider.redeem(query, request);
            trace.passed('answer', 'The answer is the one to this sign-in.');
            trace.passed('token', 'The provider gave tokens that are good.');
            const subject = textOf(tokens.claims?.sub);
            const person = await personOf(provider, settings, subject, tokens, trace);
            return { person, proof: proofOf(tokens), session: textOf(tokens.claims?.sid) || null };
          } catch (error) {
            throw failureAt('token', error);
          }
        },
      };
    },

    async askAgain(target, subject, proof) {
      const { settings } = target;
      const own = subject.slice(settings.issuer.length + 1);
      if (!subject.startsWith(`${settings.issuer} `)) return null;
      try {
        const provider = await open(target);
        const tokens = await refreshed(provider, proof, door.now());
        if (tokens === null || (tokens.claims && tokens.claims.sub !== own)) return null;
        if (!provider.hasUserInfo && tokens.claims === null) return null;
        const person = await personOf(provider, settings, own, tokens, untraced);
        return { person, proof: proofOf(tokens) };
      } catch (error) {
        if (error instanceof OidcError && error.problem === 'refused') {
          // That the client is not known any more says nothing of the person.
          if (error.step === 'token' || error.step === 'person') return null;
        }
        throw failureAt('token', error);
      }
    },
  };
}

/** New tokens for a refresh token; without one the access token while it lasts; `null` when neither is there. */
async function refreshed(provider: OidcProvider, proof: OidcProof, now: number): Promise<OidcTokens | null> {
  const { refreshToken, accessToken, accessUntil } = proof;
  if (refreshToken !== null) {
    const tokens = await provider.refresh(refreshToken);
    return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
  }
  if (accessUntil === null || accessUntil <= now) return null;
  return { claims: null, accessToken, accessUntil, refreshToken: null };
}

function proofOf({ refreshToken, accessToken, accessUntil }: OidcTokens): OidcProof {
  return { refreshToken, accessToken, accessUntil };
}

/** Whether an address is at the issuer's server, or at one that the administrator named besides. */
function allows({ issuer, otherServers }: OidcSettings, address: string): boolean {
  const url = parseUrl(address);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return false;
  return [issuer, ...otherServers].some((server) => parseUrl(server)?.origin === url.origin);
}

function readPerson(
  settings: OidcSettings,
  subject: string,
  idToken: OidcClaims,
  info: OidcClaims,
): Omit<OidcPerson, 'groups'> {
  if (subject === '') throw new StepFailure('person', 'refused', 'The provider does not say who it is.');
  // The address and whether it is verified belong together: they are read of one and the same place.
  const source = info.email === undefined ? idToken : info;
  const email = EmailAddress.safeParse(source.email);
  if (!email.success) {
    throw new StepFailure(
      'person',
      'refused',
      'The provider gives no e-mail address. Is “email” among the scopes?',
    );
  }
  const isVerified = source.email_verified === true || source.email_verified === 'true';
  if (!isVerified && !settings.trustUnverifiedEmail) {
    throw new StepFailure(
      'person',
      'refused',
      'The provider does not say that it verified the e-mail address (email_verified).',
    );
  }
  const name = textOf(info.name) || textOf(idToken.name) || textOf(info.preferred_username);
  return { subject: `${settings.issuer} ${subject}`, email: email.data, name: titleOf(name) || email.data };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function readGroups(claim: string, claims: OidcClaims): readonly string[] {
  if (claim === '') return [];
  const found = valueAt(claims, claim);
  if (found === undefined && isObject(claims._claim_names) && claim in claims._claim_names) {
    throw new StepFailure(
      'groups',
      'unavailable',
      'The provider gives a link in place of the groups, because there are too many. Narrow them there.',
    );
  }
  const groups = typeof found === 'string' ? [found] : Array.isArray(found) ? found : [];
  if (groups.length > MOST_GROUPS) {
    throw new StepFailure(
      'groups',
      'unavailable',
      `There are more than ${MOST_GROUPS} groups. Narrow them there.`,
    );
  }
  return groups.filter((group): group is string => typeof group === 'string' && group.length <= 1_000);
}

/** The claim of that very name, or what its parts between the dots lead to. */
function valueAt(claims: OidcClaims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let at: unknown = claims;
  for (const part of name.split('.')) {
    if (!isObject(at) || !Object.hasOwn(at, part)) return undefined;
    at = at[part];
  }
  return at;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
