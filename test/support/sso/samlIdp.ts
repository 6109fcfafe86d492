import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { inflateRawSync } from 'node:zlib';
import * as samlify from 'samlify';
import type { SamlKey } from '../../../src/engine/ports';
import type { Authority } from './authority';

/** Who has signed in over there. */
export interface IdpPerson {
  readonly nameId: string;
  readonly email: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/** What a test has the provider do otherwise. */
export interface IdpManner {
  person: IdpPerson;
  /** Encrypt assertions for the service, in AES-GCM. */
  encrypts: boolean;
  /** Sign the response around the assertion too. */
  signsResponse: boolean;
  /** Until when sessions last, in seconds from now; `null` to say nothing. */
  sessionSeconds: number | null;
}

/** A SAML provider made with another library, over TLS on this machine. */
export interface SamlIdp {
  readonly key: SamlKey;
  readonly metadata: string;
  readonly entityId: string;
  readonly manner: IdpManner;
  /** Takes the metadata of a service that it answers besides those that it knows. */
  register(metadata: string): void;
  /** What it answers to a request, as the form that the browser posts. */
  answer(query: string): Promise<{ SAMLResponse: string; RelayState: string }>;
}

const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';

// The library wants a schema validator to be named; what is ours is held against its own reading all the same.
samlify.setSchemaValidator({ validate: async () => 'no schema' });

const asText = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);

function attribute(name: string, values: readonly string[]): string {
  const inner = values
    .map((value) => `<saml:AttributeValue xsi:type="xs:string">${asText(value)}</saml:AttributeValue>`)
    .join('');
  return `<saml:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">${inner}</saml:Attribute>`;
}

function statementsOf({ person, sessionSeconds }: IdpManner, now: Date): string {
  const end =
    sessionSeconds === null
      ? ''
      : ` SessionNotOnOrAfter="${new Date(now.getTime() + sessionSeconds * 1_000).toISOString()}"`;
  return [
    `<saml:AuthnStatement AuthnInstant="${now.toISOString()}"${end} SessionIndex="_session1"><saml:AuthnContext>`,
    '<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>',
    '</saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>',
    attribute('mail', [person.email]),
    attribute('name', [person.name]),
    attribute('groups', person.groups),
    '</saml:AttributeStatement>',
  ].join('');
}

/** Who asks, before it is known whether it is true. */
function issuerOf(request: string): string {
  const xml = inflateRawSync(Buffer.from(request, 'base64')).toString();
  return /Issuer[^>]*>([^<]*)</.exec(xml)?.[1] ?? '';
}

/** Starts it on a port of its own. */
export async function startSamlIdp(
  key: SamlKey,
  authority: Authority,
  onEnd: (end: () => Promise<void>) => void,
): Promise<SamlIdp> {
  const tls = await authority.issue(['localhost', '127.0.0.1']);
  let answering: (query: string) => Promise<{ SAMLResponse: string; RelayState: string; to: string }>;
  const server = createServer({ cert: tls.certificate, key: tls.key }, (request, response) => {
    const query = request.url?.split('?')[1] ?? '';
    answering(query)
      .then(({ SAMLResponse, RelayState, to }) => {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(
          `<form method="post" action="${asText(to)}"><input name="SAMLResponse" value="${SAMLResponse}"/><input name="RelayState" value="${asText(RelayState)}"/></form>`,
        );
      })
      .catch((problem: unknown) => {
        response.statusCode = 400;
        response.end(String(problem));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onEnd(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  const entityId = `https://localhost:${port}/metadata`;
  const manner: IdpManner = {
    person: { nameId: 'id-of-lea', email: 'lea@acme.example', name: 'Lea Example', groups: ['staff'] },
    encrypts: false,
    signsResponse: false,
    sessionSeconds: null,
  };
  const common = {
    entityID: entityId,
    privateKey: key.privateKey,
    signingCert: key.certificate,
    requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    wantAuthnRequestsSigned: true,
    nameIDFormat: [PERSISTENT],
    singleSignOnService: [{ Binding: REDIRECT, Location: `https://localhost:${port}/sso` }],
    dataEncryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes128-gcm',
    keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  };
  const plain = samlify.IdentityProvider(common);
  const encrypting = samlify.IdentityProvider({ ...common, isAssertionEncrypted: true });
  const services = new Map<string, string>();

  answering = async (query) => {
    const asked = new URLSearchParams(query);
    const service = services.get(issuerOf(asked.get('SAMLRequest') ?? ''));
    if (service === undefined) throw new Error('the service is not known');
    const sp = samlify.ServiceProvider({ metadata: service, wantMessageSigned: manner.signsResponse });
    const idp = manner.encrypts ? encrypting : plain;
    const [octetString] = query.split('&Signature=');
    const request = await idp.parseLoginRequest(sp, 'redirect', {
      query: Object.fromEntries(asked),
      octetString,
    });
    const now = new Date();
    const later = new Date(now.getTime() + 300_000).toISOString();
    const to = String(sp.entityMeta.getAssertionConsumerService('post'));
    const relayState = asked.get('RelayState') ?? '';
    const { request: parsed } = request.extract as { request: { id: string } };
    const made = await idp.createLoginResponse(
      sp,
      request as never,
      'post',
      {},
      {
        relayState,
        encryptThenSign: manner.signsResponse,
        customTagReplacement: (template) => {
          const id = `_${crypto.randomUUID()}`;
          const context = samlify.SamlLib.replaceTagsByValue(template, {
            ID: id,
            AssertionID: `_${crypto.randomUUID()}`,
            Destination: to,
            Audience: sp.entityMeta.getEntityID(),
            SubjectRecipient: to,
            NameIDFormat: PERSISTENT,
            NameID: manner.person.nameId,
            Issuer: entityId,
            IssueInstant: now.toISOString(),
            ConditionsNotBefore: now.toISOString(),
            ConditionsNotOnOrAfter: later,
            SubjectConfirmationDataNotOnOrAfter: later,
            InResponseTo: parsed.id,
            StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
          });
          return {
            id,
            context: context.replace('{AuthnStatement}{AttributeStatement}', statementsOf(manner, now)),
          };
        },
      },
    );
    return { SAMLResponse: made.context, RelayState: relayState, to };
  };

  return {
    key,
    entityId,
    metadata: plain.getMetadata(),
    manner,
    register: (metadata) => {
      services.set(/entityID="([^"]*)"/.exec(metadata)?.[1] ?? '', metadata);
    },
    answer: (query) => answering(query),
  };
}
