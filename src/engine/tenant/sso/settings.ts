import { X509Certificate } from 'node:crypto';
import {
  ConsoleError,
  type LdapSettings,
  type OidcSettings,
  type Place,
  type SamlSettings,
  type SsoSettings,
} from '../../../contract';
import { readEndpoint } from '../../mechanism/egress';
import type { SiteNetwork } from '../context';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a text in PEM. */
export function certificatesIn(pem: string): string[] {
  return pem.match(CERTIFICATE) ?? [];
}

/**
 * Where what is sent to a provider is processed. A host is of this site because an operator declared it so, and
 * for no other reason: a tenant cannot say of a cloud that it stands in the house.
 */
export function placeOf(url: string, site: SiteNetwork): Place {
  const endpoint = readEndpoint(url);
  if ('broken' in endpoint) return { kind: 'cloud', region: null };
  if (endpoint.loopback) return { kind: 'this-machine', region: null };
  const isDeclared = site.hosts.some(
    ({ host, port, purpose }) => host === endpoint.host && port === endpoint.port && purpose === 'directory',
  );
  return { kind: isDeclared ? 'this-site' : 'cloud', region: null };
}

function refuse(path: string, problem: string): never {
  throw new ConsoleError('BAD_INPUT', { fields: [{ path: `draft.settings.${path}`, problem }] });
}

/** @throws ConsoleError BAD_INPUT naming the field that cannot work or would not be safe */
export function requireSoundSettings(settings: SsoSettings): void {
  if (settings.kind === 'saml') requireSoundSaml(settings);
  else if (settings.kind === 'oidc') requireSoundOidc(settings);
  else requireSoundDirectory(settings);
}

function requireCertificates(path: string, pem: string): X509Certificate[] {
  const found = certificatesIn(pem);
  if (found.length === 0) refuse(path, 'holds no certificate in PEM');
  try {
    return found.map((certificate) => new X509Certificate(certificate));
  } catch {
    return refuse(path, 'holds a certificate that cannot be read');
  }
}

/** RFC 8017 by NIST SP 800-131A: what is shorter is not taken any more. */
const LEAST_RSA_BITS = 2_048;

function requireSoundSaml({ ssoUrl, certificates, entityId, serviceEntityId }: SamlSettings): void {
  if (!/^https:\/\/[^\s#]+$/.test(ssoUrl) || !URL.canParse(ssoUrl)) {
    refuse('ssoUrl', 'must be an address that begins with https://');
  }
  for (const { publicKey } of requireCertificates('certificates', certificates)) {
    const { asymmetricKeyType, asymmetricKeyDetails } = publicKey;
    if (asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_RSA_BITS) {
      refuse('certificates', 'must be of RSA keys of 2048 bits or more');
    }
  }
  if (serviceEntityId === entityId) refuse('serviceEntityId', 'is the provider’s own');
}

function requireSoundOidc({ issuer, authorities, otherServers, scopes }: OidcSettings): void {
  if (authorities !== '') requireCertificates('authorities', authorities);
  const endpoint = readEndpoint(issuer);
  if ('broken' in endpoint) refuse('issuer', endpoint.broken);
  for (const server of otherServers) {
    const other = readEndpoint(server);
    if ('broken' in other) refuse('otherServers', other.broken);
  }
  if (!scopes.split(/\s+/).includes('openid')) refuse('scopes', 'must have openid among them');
}

function requireSoundDirectory(settings: LdapSettings): void {
  const { url, startTls, groupLookup, groupsBase, authorities } = settings;
  if (authorities !== '') requireCertificates('authorities', authorities);
  if (!/^ldaps?:\/\/[^/?#]+$/.test(url)) refuse('url', 'must be ldaps://host or ldap://host');
  const endpoint = readEndpoint(url);
  if ('broken' in endpoint) refuse('url', endpoint.broken);
  if (url.startsWith('ldaps:') && startTls)
    refuse('startTls', 'is for ldap:// only; ldaps:// is TLS already');
  if (url.startsWith('ldap:') && !startTls && !endpoint.loopback) {
    refuse('startTls', 'is needed: without TLS passwords would travel in the clear');
  }
  if (groupLookup !== 'member-of' && groupsBase === '')
    refuse('groupsBase', 'is needed to search for groups');
}

/** Whether a secret that was given for one of them may be sent where the other one leads. */
export function sameSecretHolder(before: SsoSettings, after: SsoSettings): boolean {
  if (before.kind === 'oidc' && after.kind === 'oidc') {
    return (
      before.issuer === after.issuer &&
      before.clientId === after.clientId &&
      before.authorities === after.authorities &&
      before.otherServers.join() === after.otherServers.join()
    );
  }
  // The key of this console for SAML goes nowhere.
  if (before.kind !== 'ldap' || after.kind !== 'ldap') return before.kind === after.kind;
  return (
    before.url === after.url &&
    before.startTls === after.startTls &&
    before.authorities === after.authorities &&
    before.bindDn === after.bindDn
  );
}

/**
 * A distinguished name in a form that can be compared: names in any case, spaces around separators without meaning
 * (RFC 4514).
 */
export function comparableDn(dn: string): string {
  return dn
    .trim()
    .replace(/\s*(?<!\\)([,=+])\s*/g, '$1')
    .toLowerCase();
}
