import { z } from 'zod';
import { change, procedure, view } from '../procedure';
import { Timestamp } from '../values';

const Label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A host whose last label is a number is read as an IPv4 address (WHATWG URL, "ends in a number"), or as nothing. */
function isHost(name: string): boolean {
  const labels = name.split('.');
  if (/^\d+$/.test(labels.at(-1) ?? '')) return z.ipv4().safeParse(name).success;
  return labels.every((label) => Label.test(label));
}

/** The name by which browsers and providers reach the listener: a host name or an address. */
const ListenerName = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .refine(isHost, 'must be a host name, such as localhost');

export const ListenerSettings = z.object({
  name: ListenerName,
  /** The address of this machine to listen at; `127.0.0.1` for this machine alone, `0.0.0.0` for all. */
  address: z.ipv4(),
  port: z.number().int().min(1).max(65_535),
});
export type ListenerSettings = z.infer<typeof ListenerSettings>;

/** `internal` is made by the console, `own` is the administrator's, `kept` is the one that is there. */
export const ListenerCertificateChoice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('kept') }),
  z.object({ kind: z.literal('internal') }),
  z.object({
    kind: z.literal('own'),
    /** The certificate and those between it and its authority, in PEM. */
    chain: z.string().trim().min(1).max(64_000),
    /** The private key in PEM, without a password. It is sealed and never shown again. */
    key: z.string().trim().min(1).max(16_000),
  }),
]);
export type ListenerCertificateChoice = z.infer<typeof ListenerCertificateChoice>;

export const ListenerCertificate = z.object({
  kind: z.enum(['internal', 'own']),
  /** SHA-256 over the certificate, in pairs of digits with colons between, as browsers show it. */
  fingerprint: z.string(),
  /** In PEM, to be given to whoever is to trust it. */
  pem: z.string(),
  validFrom: Timestamp,
  validTo: Timestamp,
});
export type ListenerCertificate = z.infer<typeof ListenerCertificate>;

/** How the listener of sign-on stands. */
export const SignOnListener = z.object({
  settings: ListenerSettings,
  /** What all addresses for providers begin with. */
  baseUrl: z.string(),
  /** `closed` while no enabled provider of any tenant needs it. */
  state: z.enum(['closed', 'open', 'failed']),
  problem: z.string().nullable(),
  certificate: ListenerCertificate.nullable(),
});
export type SignOnListener = z.infer<typeof SignOnListener>;

export const signOn = {
  listener: procedure({
    summary: 'How the listener of sign-on by a browser stands',
    permission: 'installation.manage',
    audit: view('sign-on.listener-viewed'),
    input: z.object({}),
    output: SignOnListener,
  }),
  setListener: procedure({
    summary: 'Set name, port and certificate of the listener of sign-on by a browser',
    permission: 'installation.manage',
    stepUp: true,
    audit: change('sign-on.listener-set'),
    input: z.object({ settings: ListenerSettings, certificate: ListenerCertificateChoice }),
    output: SignOnListener,
  }),
};
