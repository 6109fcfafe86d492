import { SEAL_WORDS } from '../../../src/contract';
import { NOBODY } from '../engine/examples';
import { MEMBER_PASSWORD } from '../engine/members';
import { OPERATOR } from '../engine/world';

/** What of a tenant the fuzzer may name. Each kind has a second one that it never names, to look for in the answers. */
export const KINDS = [
  'tenant',
  'person',
  'conversation',
  'document',
  'role',
  'apiKey',
  'connection',
] as const;
export type Kind = (typeof KINDS)[number];

export type Side = 'own' | 'foreign';

/** The word that stands for an id until the message is sent: cases are drawn before there is a world. */
export function placeOf(side: Side, kind: Kind): string {
  return `@${side}.${kind}`;
}

/** How many of the ids that a caller was told last a case can name. */
const SEEN = 12;

/** The word for an id that the caller was told in an answer, the newest first: of a session, a job, a grant. */
export function seenPlace(back: number): string {
  return `@seen.${back}`;
}

/** All ids that a case can name. */
export const PLACES: readonly string[] = [
  ...Array.from({ length: SEEN }, (_, back) => seenPlace(back)),
  ...KINDS.flatMap((kind) => [placeOf('own', kind), placeOf('own', kind), placeOf('foreign', kind)]),
  NOBODY,
  '019a0000-0000-7000-8000-00000000000f',
];

/** What the ids of a procedure are mostly of, by how its name begins. */
const LIKELY: readonly (readonly [string, Kind])[] = [
  ['installation.tenants.', 'tenant'],
  ['installation.keys.', 'tenant'],
  ['tenant.account.', 'person'],
  ['tenant.apiKeys.', 'apiKey'],
  ['tenant.access.assign', 'person'],
  ['tenant.access.explain', 'person'],
  ['tenant.access.', 'role'],
  ['tenant.assistant.', 'conversation'],
  ['tenant.breakGlass.', 'conversation'],
  ['tenant.knowledge.', 'document'],
  ['tenant.sso.', 'connection'],
];

/** The ids that a case of this procedure names; an own one of the right kind more often than others. */
export function placesFor(name: string): readonly string[] {
  const kind = LIKELY.find(([start]) => name.startsWith(start))?.[1];
  return kind ? [...PLACES, ...PLACES.map(() => placeOf('own', kind)), placeOf('foreign', kind)] : PLACES;
}

/** A person of the own tenant whose account a case may lock, and who is nobody's session. */
export const BAIT = 'bait@own.example';

const PASSWORDS = [MEMBER_PASSWORD, OPERATOR.password, 'seven stones roll by', 'x', 'four words go here '];

const MODELS = [
  'embedded/smollm2-135m-instruct',
  'extractive/quotations',
  'embedded/none',
  'ollama-1/llama3',
];

/** Words of a known kind, by the name of the field that they stand in. */
export const TEXTS: Readonly<Record<string, readonly string[]>> = {
  email: [BAIT, 'bait@foreign.example', 'nobody@own.example', 'nora@site.example', 'BAIT@OWN.EXAMPLE'],
  password: PASSWORDS,
  current: PASSWORDS,
  next: PASSWORDS,
  domain: ['new.example', 'own.example', 'foreign.example', 'xn--nxasmq6b.example'],
  host: ['gpu.site.example', '127.0.0.1', '169.254.169.254', 'localhost', '::1', 'gpu.site.example.'],
  baseUrl: [
    'http://127.0.0.1:1',
    'http://gpu.site.example:11434',
    'file:///etc/passwd',
    'http://a:b@127.0.0.1/',
  ],
  url: ['ldap://127.0.0.1:1', 'ldaps://127.0.0.1:1', 'ldap://[::1', 'http://127.0.0.1:1'],
  plan: ['starter', 'professional', 'enterprise', 'none'],
  model: MODELS,
  id: MODELS,
  fallbacks: MODELS,
  provider: ['embedded', 'ollama-1', 'extractive', 'none'],
  confirmName: ['Own tenant', 'Foreign tenant'],
  confirm: ['no', SEAL_WORDS],
  code: ['123456', '000000', 'AAAA-BBBB-CCCC'],
  sheets: ['RISCURA1', 'RISCURA1-AAAA-BBBB'],
  cursor: ['', '0', 'MA==', '{"at":0}', 'eyJhdCI6MX0=', '-1', '1:2', '9007199254740993'],
  search: ['a', '%', '_', '\\', "'"],
  query: ['risk', '"', 'NEAR(', 'a OR b', 'a*', '-', "'; DROP TABLE users; --"],
  peopleFilter: ['(objectClass=person)', '(', '(|(uid=*)', '(uid=%s)'],
};
