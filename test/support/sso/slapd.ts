import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { Client } from 'ldapts';
import { folderUntil } from '../engine/folders';
import { type Authority, createAuthority } from './authority';

const PROGRAM = ['/usr/sbin/slapd', '/usr/lib/openldap/slapd'].find((path) => existsSync(path));

/** Why tests with a real directory cannot run here, or `null` when they can. */
export const noSlapd: string | null = PROGRAM
  ? null
  : 'slapd is not installed on this machine (Debian: slapd)';

export const BASE = 'dc=acme,dc=example';
export const READER = { dn: `cn=reader,${BASE}`, password: 'reader of people 7' };
const ROOT = { dn: `cn=root,${BASE}`, password: 'root of all 9' };

/** A real OpenLDAP on ports and in a folder of its own. */
export interface Slapd {
  readonly port: number;
  readonly securePort: number;
  readonly authority: Authority;
  /** Changes the directory as its administrator does. */
  readonly admin: Client;
  /** What the server logged: connections, binds, searches with their filters. */
  log(): string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}

function modulePath(): string {
  return ['/usr/lib/ldap', '/usr/lib64/openldap', '/usr/lib/openldap'].find((path) => existsSync(path)) ?? '';
}

interface SlapdOptions {
  /** Answers a bind with a name and no password with success, as RFC 4513 5.1.2 lets it. */
  readonly anonymousNames?: boolean;
}

function configuration(folder: string, { anonymousNames = false }: SlapdOptions): string {
  return `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath ${modulePath()}
moduleload back_mdb
moduleload memberof
${anonymousNames ? 'allow bind_anon_dn' : ''}
pidfile ${folder}/slapd.pid
TLSCACertificateFile ${folder}/ca.pem
TLSCertificateFile ${folder}/server.pem
TLSCertificateKeyFile ${folder}/server.key
database mdb
maxsize 16777216
suffix "${BASE}"
rootdn "${ROOT.dn}"
rootpw "${ROOT.password}"
directory ${folder}/db
index objectClass eq
overlay memberof
memberof-group-oc groupOfNames
memberof-member-ad member
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${READER.dn}" read by * none
`;
}

/**
 * Starts a directory with a base, an account that searches, and empty branches for people and groups.
 * @param onEnd takes what ends it
 */
export async function startSlapd(
  onEnd: (end: () => Promise<void>) => void,
  options: SlapdOptions = {},
): Promise<Slapd> {
  if (!PROGRAM) throw new Error(noSlapd ?? '');
  const folder = await folderUntil(onEnd);
  await mkdir(`${folder}/db`);
  const authority = await createAuthority();
  const { certificate, key } = await authority.issue(['localhost', '127.0.0.1']);
  await writeFile(`${folder}/ca.pem`, authority.certificate);
  await writeFile(`${folder}/server.pem`, certificate);
  await writeFile(`${folder}/server.key`, key);
  await writeFile(`${folder}/slapd.conf`, configuration(folder, options));
  const port = await freePort();
  const securePort = await freePort();
  let log = '';
  let child: ReturnType<typeof spawn> | null = null;

  async function start(): Promise<void> {
    const urls = `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${securePort}`;
    const started = spawn(PROGRAM ?? '', ['-d', 'stats', '-f', `${folder}/slapd.conf`, '-h', urls], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    await new Promise<void>((resolve, reject) => {
      started.stderr.on('data', (data: Buffer) => {
        log += data.toString('utf8');
        if (log.includes('slapd starting')) resolve();
      });
      started.once('exit', () => reject(new Error(`slapd did not start: ${log}`)));
    });
    // It says so a moment before it listens.
    while (!(await takesConnections(port))) if (started.exitCode !== null) throw new Error(log);
  }

  async function stop(): Promise<void> {
    const running = child;
    child = null;
    if (!running || running.exitCode !== null) return;
    running.kill('SIGTERM');
    await once(running, 'exit');
    log = '';
  }

  onEnd(stop);
  await start();
  const admin = new Client({ url: `ldap://127.0.0.1:${port}`, autoRebind: true });
  onEnd(() => admin.unbind());
  await admin.bind(ROOT.dn, ROOT.password);
  await admin.add(BASE, { objectClass: ['dcObject', 'organization'], dc: 'acme', o: 'Acme' });
  await admin.add(READER.dn, {
    objectClass: ['person'],
    cn: 'reader',
    sn: 'reader',
    userPassword: READER.password,
  });
  for (const ou of ['people', 'groups'])
    await admin.add(`ou=${ou},${BASE}`, { objectClass: 'organizationalUnit', ou });
  return { port, securePort, authority, admin, log: () => log, start, stop };
}

export const personDn = (uid: string): string => `uid=${uid},ou=people,${BASE}`;
export const groupDn = (cn: string): string => `cn=${cn},ou=groups,${BASE}`;

/** Adds somebody whose password is `password of UID`. */
export async function addPerson(
  admin: Client,
  uid: string,
  more: Record<string, string> = {},
): Promise<void> {
  await admin.add(personDn(uid), {
    objectClass: ['inetOrgPerson'],
    uid,
    cn: `${uid[0]?.toUpperCase()}${uid.slice(1)} Example`,
    sn: 'Example',
    mail: `${uid}@acme.example`,
    userPassword: `password of ${uid}`,
    ...more,
  });
}

export async function addGroup(admin: Client, cn: string, members: readonly string[]): Promise<void> {
  await admin.add(groupDn(cn), { objectClass: 'groupOfNames', cn, member: [...members] });
}
