import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createNetwork } from '../../../src/adapters/network';
import { createSystemClock, createSystemRandom } from '../../../src/adapters/system';
import { createAuditStream } from '../../../src/engine/mechanism/audit';
import { createEgressBroker } from '../../../src/engine/mechanism/egress';
import { createIds } from '../../../src/engine/mechanism/ids';
import { attemptEvent, attemptRow } from '../../../src/engine/mechanism/ledger';
import { draftOf, MemoryKeep, ORIGIN, openTrail } from '../../support/auditTrail';
import { MemoryLog } from '../../support/engine';
import { temporaryFolder } from '../../support/temporaryFolder';

const RSYSLOGD = ['/usr/sbin/rsyslogd', '/sbin/rsyslogd'].find(existsSync);
const GNUTLS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib']
  .map((folder) => join(folder, 'rsyslog/lmnsd_gtls.so'))
  .some(existsSync);
if (!RSYSLOGD || !GNUTLS)
  console.warn(
    'skipped: streaming to a real syslog server, because rsyslog and rsyslog-gnutls are not installed',
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A real rsyslogd that takes syslog over TLS and writes what came, as it came. */
async function makeServer() {
  const folder = await temporaryFolder();
  const [key, certificate, output] = ['key.pem', 'certificate.pem', 'out.log'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', certificate, ...subject], {
    stdio: 'ignore',
  });
  const port = await freePort();
  const configuration = join(folder, 'rsyslog.conf');
  await writeFile(
    configuration,
    `global(workDirectory="${folder}" maxMessageSize="64k" DefaultNetstreamDriver="gtls"
       DefaultNetstreamDriverCAFile="${certificate}" DefaultNetstreamDriverCertFile="${certificate}"
       DefaultNetstreamDriverKeyFile="${key}")
     module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
     template(name="raw" type="string" string="%rawmsg%\\n")
     input(type="imtcp" port="${port}" address="127.0.0.1")
     action(type="omfile" file="${output}" template="raw")\n`,
  );
  let child: ChildProcess | null = null;
  const stop = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const over = once(child, 'exit');
    child.kill('SIGTERM');
    await over;
  };
  const start = async () => {
    child = spawn(RSYSLOGD as string, ['-n', '-f', configuration, '-i', join(folder, 'pid')], {
      stdio: 'ignore',
    });
  };
  onTestFinished(stop);
  const lines = async (): Promise<string[]> =>
    existsSync(output) ? (await readFile(output, 'utf8')).trimEnd().split('\n') : [];
  return { port, authority: await readFile(certificate, 'utf8'), start, stop, lines };
}

async function makeStream() {
  const file = join(await temporaryFolder(), 'store.db');
  const { store, append } = await openTrail(file, false, new MemoryKeep());
  await store.write({
    statements: [{ sql: LEDGER, params: [] }],
    events: [draftOf(0)],
  });
  const clock = createSystemClock();
  const newId = createIds(clock, createSystemRandom());
  const policy = () => ({ airGap: true, hosts: [], residency: null });
  const ledger = async (attempt: Parameters<typeof attemptRow>[0]) => {
    await store.write({ rows: [attemptRow(attempt)], events: [attemptEvent(attempt)] });
  };
  const egress = createEgressBroker({
    network: createNetwork({ connectMs: 10_000 }),
    policy,
    ledger,
    clock,
    newId,
  });
  const closing = new AbortController().signal;
  const stream = createAuditStream({ store, origin: ORIGIN, egress, clock, log: new MemoryLog(), closing });
  onTestFinished(async () => {
    await egress.close();
    await store.close();
  });
  return { store, append, stream };
}

/** The ledger's table as a tenant has it. */
const LEDGER = `CREATE TABLE egress_attempts (id TEXT PRIMARY KEY, at INTEGER, host TEXT, port INTEGER, purpose TEXT,
  decision TEXT, rule TEXT, place TEXT, region TEXT, model TEXT)`;

const sequencesOf = (lines: readonly string[]): number[] =>
  lines.map((line) => Number(/ seq="(\d+)"/.exec(line)?.[1] ?? Number.NaN));

describe.runIf(RSYSLOGD && GNUTLS)('streaming to a real syslog server over TLS', { timeout: 120_000 }, () => {
  test('loses nothing over the restart of the server, and goes on where it stood', async () => {
    const server = await makeServer();
    const { store, append, stream } = await makeStream();
    const address = { host: 'localhost', port: server.port, authority: server.authority };
    await stream.set(address, draftOf(1));
    const first = store.auditHead().sequence;
    await append(40);
    await stream.flush();
    expect(await stream.state()).toMatchObject({
      position: first - 1,
      problem: 'ECONNREFUSED',
      sentAt: null,
    });

    await server.start();
    await vi.waitFor(
      async () => {
        await stream.flush();
        expect(await stream.state()).toMatchObject({ problem: null });
      },
      { timeout: 60_000, interval: 200 },
    );
    await append(700);
    await Promise.all([stream.flush(), server.stop()]);
    await append(25);
    await server.start();
    const last = store.auditHead().sequence;
    await vi.waitFor(
      async () => {
        await stream.flush();
        expect((await stream.state())?.position).toBeGreaterThanOrEqual(last);
        const arrived = new Set(sequencesOf(await server.lines()));
        const missing = Array.from({ length: last - first + 1 }, (_, index) => first + index).filter(
          (sequence) => !arrived.has(sequence),
        );
        expect(missing).toEqual([]);
      },
      { timeout: 60_000, interval: 200 },
    );
    const [line = ''] = (await server.lines()).filter((each) => each.includes(`seq="${first + 5}"`));
    expect(line).toMatch(
      /^<110>1 \d{4}-\d\d-\d\dT[\d:.]+Z tenant:test riscura-console - document\.added \[riscura@32473 seq="\d+" hash="[0-9a-f]{64}" actor="user:1" target="document:\d+" outcome="done"\] /,
    );
    await stream.flush();
    const before = (await stream.state())?.position;
    await stream.flush();
    expect((await stream.state())?.position).toBe(before);
  });

  test('sends nothing to a server whose certificate is another', async () => {
    const [server, other] = [await makeServer(), await makeServer()];
    const { append, stream } = await makeStream();
    await server.start();
    await stream.set({ host: 'localhost', port: server.port, authority: other.authority }, draftOf(1));
    await append(5);
    await vi.waitFor(
      async () => {
        await stream.flush();
        expect((await stream.state())?.problem).toMatch(/CERT|VERIFY/);
      },
      { timeout: 60_000, interval: 200 },
    );
    expect(sequencesOf(await server.lines()).filter(Number.isFinite)).toEqual([]);
  });
});
