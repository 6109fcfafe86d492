import { X509Certificate } from 'node:crypto';
import { ConsoleError, type LdapSettings, type Place, type SsoSettings } from '../../../contract';
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
  requireCertificates(settings.authorities);
  requireSoundDirectory(settings);
}

function requireCertificates(pem: string): void {
  if (pem === '') return;
  const found = certificatesIn(pem);
  if (found.length === 0) refuse('authorities', 'holds no certificate in PEM');
  for (const certificate of found) {
    try {
      new X509Certificate(certificate);
    } catch {
      refuse('authorities', 'holds a certificate that cannot be read');
    }
  }
}

function requireSoundDirectory(settings: LdapSettings): void {
  const { url, startTls, groupLookup, groupsBase } = settings;
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
