import { z } from 'zod';
import { ErrorCode, HostState, Id } from '../../contract';

/** The state of one kind of host. */
export type HostStatus = z.infer<typeof HostState>;

const InstallationKey = z.strictObject({ kind: z.literal('installation') });
const TenantKey = z.strictObject({ kind: z.literal('tenant'), tenantId: Id });
const InstallationNextKey = z.strictObject({ kind: z.literal('installation-next') });
const NextKey = z.strictObject({ kind: z.literal('tenant-next'), tenantId: Id });
const ProviderKey = z.strictObject({ kind: z.literal('provider'), providerId: z.string().min(1).max(100) });
const DatabaseKey = z.discriminatedUnion('kind', [InstallationKey, InstallationNextKey, TenantKey, NextKey]);
const RotatedKey = z.discriminatedUnion('kind', [InstallationKey, TenantKey]);
const CheckpointName = z.strictObject({
  kind: z.literal('checkpoint'),
  owner: z.literal('installation').or(Id),
});
const SecretName = z.discriminatedUnion('kind', [ProviderKey, CheckpointName]);
const KeyBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 32);
const Nothing = z.null();

/** The kinds of host that the engine may ask for. `embedding` is the model host in its second role. */
export const ChildHostKind = z.enum(['model', 'embedding', 'parser']);
export type ChildHostKind = z.infer<typeof ChildHostKind>;

/** How the engine reaches a host that the custodian started. */
export const HostAddress = z.strictObject({
  id: z.string(),
  /** A unix socket, on Windows a named pipe. */
  socketPath: z.string(),
  /** What both sides prove to know before the first message. */
  secret: z.string(),
  /** Whether it runs without network, home and D-Bus. */
  confined: z.boolean(),
});
export type HostAddress = z.infer<typeof HostAddress>;

/** What the engine may ask of the custodian: name, input, output. Nothing else is answered. */
export const REQUESTS = {
  'keystore.state': {
    input: z.strictObject({}),
    output: z.strictObject({ kind: z.string(), state: z.enum(['ready', 'unavailable', 'insecure']) }),
  },
  'keystore.createKey': { input: z.strictObject({ name: DatabaseKey }), output: KeyBytes },
  'keystore.readKey': { input: z.strictObject({ name: DatabaseKey }), output: KeyBytes },
  'keystore.destroyKey': {
    input: z.strictObject({ name: z.discriminatedUnion('kind', [TenantKey, NextKey, InstallationNextKey]) }),
    output: Nothing,
  },
  'keystore.adoptNextKey': { input: z.strictObject({ name: RotatedKey }), output: Nothing },
  'keystore.restoreKey': {
    input: z.strictObject({
      name: RotatedKey,
      key: KeyBytes,
    }),
    output: Nothing,
  },
  'keystore.readSecret': { input: z.strictObject({ name: SecretName }), output: z.string().nullable() },
  'keystore.writeSecret': {
    input: z.strictObject({ name: SecretName, secret: z.string().min(1).max(1_000) }),
    output: Nothing,
  },
  'keystore.removeSecret': { input: z.strictObject({ name: SecretName }), output: Nothing },
  /** What a tab of a browser went on with before this engine was started. */
  'tabs.credential': {
    input: z.strictObject({ tab: z.string().max(100) }),
    output: z.string().nullable(),
  },
  'browser.open': {
    input: z.strictObject({ url: z.url({ protocol: /^https$/ }).max(8_000) }),
    output: Nothing,
  },
  'hosts.spawn': { input: z.strictObject({ kind: ChildHostKind }), output: HostAddress },
  'hosts.release': { input: z.strictObject({ id: z.string() }), output: Nothing },
  'hosts.kill': { input: z.strictObject({ id: z.string() }), output: Nothing },
} as const;

export type RequestName = keyof typeof REQUESTS;
export type RequestInput<Name extends RequestName> = z.infer<(typeof REQUESTS)[Name]['input']>;
export type RequestOutput<Name extends RequestName> = z.infer<(typeof REQUESTS)[Name]['output']>;

/** How the custodian answers each request. */
export type RequestHandlers = {
  readonly [Name in RequestName]: (input: RequestInput<Name>) => Promise<RequestOutput<Name>>;
};

/** How the engine is, for a monitoring system: codes and numbers, no name and no word. */
export const Examination = z.strictObject({
  /** Why it cannot serve now; none when it can. */
  reasons: z.array(z.string().regex(/^[A-Z_]{1,60}$/)).max(50),
  /** Prometheus' text format; empty where it was not asked for. */
  metrics: z.string(),
});
export type Examination = z.infer<typeof Examination>;

/** What the engine sends. */
export const FromEngine = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('request'),
    id: z.number().int(),
    name: z.string().max(40),
    input: z.unknown(),
  }),
  /** The engine takes windows from now on. */
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('pong'), beat: z.number().int() }),
  /** Everything is written and closed; the process may end. */
  z.strictObject({ type: z.literal('drained') }),
  z.strictObject({ type: z.literal('examined'), id: z.number().int(), examination: Examination }),
  z.strictObject({
    type: z.literal('credential'),
    window: z.string().max(100),
    credential: z.string().max(10_000).nullable(),
  }),
  z.strictObject({
    type: z.literal('tab-credential'),
    tab: z.string().max(100),
    credential: z.string().max(10_000).nullable(),
  }),
]);
export type FromEngine = z.infer<typeof FromEngine>;

const Failure = z.strictObject({ code: ErrorCode, reason: z.string().optional() });

/** What the custodian sends. A `window` has its port beside it. */
export const FromCustodian = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('answer'), id: z.number().int(), output: z.unknown() }),
  z.strictObject({ type: z.literal('refusal'), id: z.number().int(), error: Failure }),
  z.strictObject({ type: z.literal('window'), window: z.string(), credential: z.string().nullable() }),
  z.strictObject({ type: z.literal('window-closed'), window: z.string() }),
  z.strictObject({ type: z.literal('hosts'), states: z.array(HostState) }),
  z.strictObject({ type: z.literal('host-exited'), id: z.string() }),
  z.strictObject({ type: z.literal('ping'), beat: z.number().int() }),
  z.strictObject({ type: z.literal('examine'), id: z.number().int(), metrics: z.boolean() }),
  z.strictObject({ type: z.literal('shutdown') }),
]);
export type FromCustodian = z.infer<typeof FromCustodian>;
