import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import {
  ConsoleError,
  EmailAddress,
  type SamlMetadata,
  type SamlSettings,
  type SamlService as ShownService,
  type SsoStep,
  type TenantRole,
} from '../../../contract';
import {
  type Clock,
  type RandomSource,
  type SamlAssertion,
  SamlError,
  type SamlIdentityProvider,
  type SamlKey,
  type SamlService,
  type SamlServiceProvider,
} from '../../ports';
import { titleOf, type Vouched } from './people';
import type { ProviderRecord } from './records';
import { roleFor } from './roles';
import { certificatesIn } from './settings';
import { failureAt, StepFailure, type Trace } from './steps';

const ID_BYTES = 20;
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
/** saml-core-2.0-os 8.3. */
const FORMATS: Readonly<Record<SamlSettings['nameFormat'], string | null>> = {
  persistent: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  email: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  unspecified: null,
};
const MOST_GROUPS = 500;

const PASSED: Partial<Record<SsoStep, string>> = {
  answer: 'The browser brought a SAML response.',
  status: 'The provider says that it let somebody in, and answers this very request.',
  decryption: 'It is encrypted for the key of this console.',
  signature: 'The assertion is signed with the key of one of the certificates.',
  addressee: 'It is of this provider, for this console.',
  validity: 'It holds now.',
};

const Key = z.object({ privateKey: z.string(), certificate: z.string() });

/** How a provider is written down, as far as a sign-on needs it. */
export interface SamlRules {
  readonly settings: SamlSettings;
  readonly mappings: ProviderRecord['mappings'];
  readonly defaultRole: TenantRole | null;
}

/** A request that a browser was sent with. */
export interface SamlAsked {
  readonly requestId: string;
  /** Comes back with the answer; whoever does not know it cannot bring one. */
  readonly relayState: string;
  readonly url: string;
  /** Since when the person must have proved who they are, in milliseconds since 1970; `null` for whenever. */
  readonly provenSince: number | null;
}

/** Somebody for whom a provider vouched. */
export interface SamlOutcome {
  readonly vouched: Vouched;
  /** Until when the provider lets a session last, in milliseconds since 1970. */
  readonly sessionUntil: number | null;
}

interface SamlOptions {
  readonly client: SamlServiceProvider;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** The addresses of a provider at the listener of sign-on. */
  readonly addressesOf: (providerId: string) => { acs: string; metadata: string };
}

/** Sign-on by SAML 2.0, but for the browser and for who waits for it. */
export interface Saml {
  /** The key of this console for a new provider, as it is sealed. */
  makeSecret(providerId: string): Promise<string>;
  /** @throws ConsoleError BAD_INPUT when they are not the metadata of one provider */
  readMetadata(xml: string): SamlMetadata;
  /** What the provider must know of this console. */
  show(providerId: string, settings: SamlSettings, secret: string): ShownService;
  /** @param afresh whether the person must prove who they are anew, however lately they did */
  ask(providerId: string, settings: SamlSettings, secret: string, afresh: boolean): Promise<SamlAsked>;
  /**
   * Sees that the certificates can be used now.
   * @throws StepFailure
   */
  tryCertificates(settings: SamlSettings, trace: Trace): void;
  /**
   * Holds an answer against the request, and says who it is about.
   * @throws StepFailure naming the step that was not passed
   */
  read(
    providerId: string,
    rules: SamlRules,
    secret: string,
    asked: SamlAsked,
    response: string,
    trace: Trace,
  ): Promise<SamlOutcome>;
}

export function createSaml({ client, clock, random, addressesOf }: SamlOptions): Saml {
  /** An NCName, so with a letter in front. */
  const unguessable = (): string => `_${Buffer.from(random.bytes(ID_BYTES)).toString('hex')}`;

  function serviceOf(providerId: string, { serviceEntityId }: SamlSettings, secret: string): SamlService {
    const { acs, metadata } = addressesOf(providerId);
    return { entityId: serviceEntityId || metadata, acsUrl: acs, key: keyFrom(secret) };
  }

  return {
    async makeSecret(providerId) {
      return JSON.stringify(await client.createKey(`riscura-${providerId}`, clock.now()));
    },

    readMetadata(xml) {
      try {
        const { entityId, ssoUrl, certificates } = client.readMetadata(xml);
        return { entityId, ssoUrl, certificates: certificates.join('') };
      } catch (problem) {
        if (!(problem instanceof SamlError)) throw problem;
        throw new ConsoleError('BAD_INPUT', { fields: [{ path: 'xml', problem: problem.words }] }, problem);
      }
    },

    show(providerId, settings, secret) {
      const service = serviceOf(providerId, settings, secret);
      const { entityId, acsUrl, key } = service;
      const metadata = client.metadataOf(service, settings.signRequests);
      return { entityId, acsUrl, certificate: key.certificate, metadata };
    },

    async ask(providerId, settings, secret, afresh) {
      const requestId = unguessable();
      const relayState = unguessable();
      const url = await client.requestUrl({
        provider: providerOf(settings),
        service: serviceOf(providerId, settings, secret),
        requestId,
        relayState,
        nameIdFormat: FORMATS[settings.nameFormat],
        signed: settings.signRequests,
        afresh,
      });
      return { requestId, relayState, url, provenSince: afresh ? clock.now() : null };
    },

    tryCertificates: (settings, trace) => tryCertificates(settings, clock.now(), trace),

    async read(providerId, rules, secret, { requestId, provenSince }, response, trace) {
      const { settings } = rules;
      const expected = {
        provider: providerOf(settings),
        service: serviceOf(providerId, settings, secret),
        requestId,
        now: clock.now(),
        skewMs: settings.clockSkewSeconds * 1_000,
        provenSince,
      };
      try {
        const assertion = await client.read(response, expected, (step) => {
          const words = PASSED[step];
          if (words) trace.passed(step, words);
        });
        return { vouched: vouchedFrom(assertion, rules, trace), sessionUntil: assertion.sessionUntil };
      } catch (problem) {
        throw failureAt('answer', problem);
      }
    },
  };
}

function keyFrom(secret: string): SamlKey {
  return Key.parse(JSON.parse(secret));
}

function providerOf({ entityId, ssoUrl, certificates }: SamlSettings): SamlIdentityProvider {
  return { entityId, ssoUrl, certificates: certificatesIn(certificates) };
}

/**
 * A certificate wraps a key that an administrator gave; that it has expired makes no signature wrong, but whoever sets
 * it up should know.
 */
function tryCertificates({ certificates }: SamlSettings, now: number, trace: Trace): void {
  const ends = certificatesIn(certificates).map((pem) => Date.parse(new X509Certificate(pem).validTo));
  const left = ends.filter((end) => end > now);
  if (left.length === 0) {
    throw new StepFailure(
      'certificates',
      'unavailable',
      'All certificates of the provider have expired. It may sign with another key by now: read its metadata anew.',
    );
  }
  const [last = 0] = left.toSorted((one, other) => other - one);
  const until = new Date(last).toISOString().slice(0, 10);
  trace.passed(
    'certificates',
    left.length === 1
      ? `One is valid, until ${until}.`
      : `${left.length} are valid, the last until ${until}.`,
  );
}

/** @throws StepFailure when it is not clear who it is, or they may not come in */
function vouchedFrom(assertion: SamlAssertion, rules: SamlRules, trace: Trace): Vouched {
  const { settings, mappings, defaultRole } = rules;
  const { attributes, nameId, nameIdFormat } = assertion;
  if (settings.idAttribute === '' && nameIdFormat === TRANSIENT) {
    throw new StepFailure(
      'person',
      'refused',
      'The name identifier is a transient one, new at each sign-on. Have a persistent one sent, or name an attribute that stays.',
    );
  }
  const subject = settings.idAttribute === '' ? nameId : only(attributes, settings.idAttribute);
  const address = settings.emailAttribute === '' ? nameId : first(attributes, settings.emailAttribute);
  const email = EmailAddress.safeParse(address);
  if (!email.success) {
    throw new StepFailure('person', 'refused', `${sourceOf(settings.emailAttribute)} is no e-mail address.`);
  }
  const given = settings.nameAttribute === '' ? '' : (attributes.get(settings.nameAttribute)?.[0] ?? '');
  trace.passed('person', `Is ${email.data}.`);
  const groups = [...new Set(attributes.get(settings.groupsAttribute) ?? [])].filter((group) => group !== '');
  if (groups.length > MOST_GROUPS) {
    throw new StepFailure(
      'groups',
      'unavailable',
      `There are more than ${MOST_GROUPS} groups. Have fewer sent.`,
    );
  }
  trace.groups(groups);
  trace.passed('groups', groups.length === 1 ? 'In one group.' : `In ${groups.length} groups.`);
  const role = roleFor({ mappings, defaultRole }, groups, (group) => group);
  trace.passed('role', `Gets the role ${role}.`);
  return { subject, email: email.data, name: titleOf(given) || email.data, role };
}

function sourceOf(attribute: string): string {
  return attribute === '' ? 'The name identifier' : `The attribute ${attribute}`;
}

function first(attributes: SamlAssertion['attributes'], name: string): string {
  const value = attributes.get(name)?.[0] ?? '';
  if (value === '') throw new StepFailure('person', 'refused', `The assertion shows no ${name}.`);
  return value;
}

/** What tells people apart must not be chosen among several. */
function only(attributes: SamlAssertion['attributes'], name: string): string {
  if ((attributes.get(name)?.length ?? 0) > 1) {
    throw new StepFailure('person', 'refused', `The assertion shows more than one ${name}.`);
  }
  return first(attributes, name);
}
