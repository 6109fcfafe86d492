import { z } from 'zod';

/** The name of an attribute of an assertion: a word or a URI. Empty where the name identifier stands for it. */
const Attribute = z
  .string()
  .trim()
  .max(300)
  .regex(/^[^\s<>"]*$/, 'must be the name of an attribute, without spaces');

/** How a provider is asked to name a person (saml-core-2.0-os 8.3). */
export const SamlNameFormat = z.enum(['persistent', 'email', 'unspecified']);
export type SamlNameFormat = z.infer<typeof SamlNameFormat>;

export const SamlSettings = z.object({
  kind: z.literal('saml'),
  /** The provider's entity id. */
  entityId: z.string().trim().min(1).max(1_024),
  /** Where the browser is sent, by the HTTP-Redirect binding. */
  ssoUrl: z.string().trim().max(2_000),
  /** In PEM, of all keys that the provider signs with now or soon. */
  certificates: z.string().trim().max(64_000),
  /** Whether requests are signed with the key of this console. */
  signRequests: z.boolean(),
  nameFormat: SamlNameFormat,
  /** An attribute that stays the same when a person is renamed. */
  idAttribute: Attribute,
  emailAttribute: Attribute,
  /** Empty: the e-mail address stands for the name. */
  nameAttribute: Attribute,
  /** Empty: nobody is in a group. */
  groupsAttribute: Attribute,
  /** By how much the clocks of both may differ, in seconds. */
  clockSkewSeconds: z.number().int().min(0).max(300),
  /** What this console calls itself to the provider; empty for the address of its metadata. */
  serviceEntityId: z.string().trim().max(1_024),
  /** Whether everybody who names the tenant's domain is offered it. */
  offered: z.boolean(),
});
export type SamlSettings = z.infer<typeof SamlSettings>;

/** What the metadata of a provider say, for the form. */
export const SamlMetadata = SamlSettings.pick({ entityId: true, ssoUrl: true, certificates: true });
export type SamlMetadata = z.infer<typeof SamlMetadata>;

/** What the provider must know of this console. */
export const SamlService = z.object({
  entityId: z.string(),
  acsUrl: z.string(),
  /** The certificate of this console's key, in PEM. */
  certificate: z.string(),
  /** All of it as a file (saml-metadata-2.0-os). */
  metadata: z.string(),
});
export type SamlService = z.infer<typeof SamlService>;
