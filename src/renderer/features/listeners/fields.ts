import type { ListenerCertificateChoice, ListenerSettings } from '../../../contract';

/** The choice of a certificate as it is typed. */
export interface CertificateFields {
  certificate: ListenerCertificateChoice['kind'];
  chain: string;
  key: string;
}

/** A listener as it is typed. */
export interface ListenerFields extends CertificateFields {
  name: string;
  address: string;
  port: number | string;
}

export const THIS_MACHINE = '127.0.0.1';
export const EVERYWHERE = '0.0.0.0';

/** @param hasCertificate whether there is one that can be kept */
export function listenerFieldsOf(settings: ListenerSettings, hasCertificate: boolean): ListenerFields {
  const { name, address, port } = settings;
  return { name, address, port, certificate: hasCertificate ? 'kept' : 'internal', chain: '', key: '' };
}

export function settingsOf({ name, address, port }: ListenerFields): ListenerSettings {
  return { name: name.trim().toLowerCase(), address, port: Number(port) };
}

export function choiceOf({ certificate, chain, key }: CertificateFields): ListenerCertificateChoice {
  return certificate === 'own' ? { kind: 'own', chain, key } : { kind: certificate };
}

/** What is wrong with what is typed, by field. */
export function validateListener(fields: ListenerFields): Record<string, string | null> {
  const port = Number(fields.port);
  return {
    name: /^[a-z0-9][a-z0-9.-]*$/i.test(fields.name.trim()) ? null : 'A host name such as localhost',
    address: /^\d{1,3}(\.\d{1,3}){3}$/.test(fields.address) ? null : 'An address of this machine',
    port: Number.isInteger(port) && port >= 1 && port <= 65_535 ? null : 'From 1 to 65,535',
    ...validateCertificate(fields),
  };
}

/** What is wrong with the certificate that is typed, by field. */
export function validateCertificate({ certificate, chain, key }: CertificateFields) {
  const isOwn = certificate === 'own';
  return {
    chain: !isOwn || chain.includes('BEGIN CERTIFICATE') ? null : 'The certificate in PEM',
    key: !isOwn || key.includes('PRIVATE KEY') ? null : 'The private key in PEM',
  };
}

/** The problems that the engine names, at the fields that they are about. */
export function problemsAtFields(problems: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(problems).map(([path, problem]) => [path.split('.').at(-1) ?? path, problem]),
  );
}
