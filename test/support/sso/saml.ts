import type { SamlSettings, SsoDraft } from '../../../src/contract';

/** How a SAML provider of this house is written down; `staff` are users, `admins` administer the tenant. */
export function samlDraft(
  idp: { certificate: string },
  changes: Partial<SamlSettings> = {},
): SsoDraft & { settings: SamlSettings } {
  return {
    name: 'Provider of the house',
    settings: {
      kind: 'saml',
      entityId: 'https://idp.acme.example',
      ssoUrl: 'https://idp.acme.example/sso',
      certificates: idp.certificate,
      signRequests: true,
      nameFormat: 'persistent',
      idAttribute: '',
      emailAttribute: 'mail',
      nameAttribute: 'name',
      groupsAttribute: 'groups',
      clockSkewSeconds: 60,
      serviceEntityId: '',
      offered: true,
      ...changes,
    },
    secret: null,
    mappings: [
      { group: 'staff', role: 'user' },
      { group: 'admins', role: 'tenant-admin' },
    ],
    defaultRole: null,
    adoptExisting: false,
    graceMinutes: 0,
  };
}
