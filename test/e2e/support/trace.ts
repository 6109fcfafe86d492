import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Desktop } from '../../support/desktop';

/** The calls with which a process can reach another machine, and the one that makes what they need. */
const CALLS = 'socket,connect,sendto,sendmmsg';

/**
 * Chromium's network service asks the kernel once, as it starts, whether there is a route by IPv6: it connects a
 * datagram socket to this address, which sends nothing, and closes it. No switch keeps it from doing so.
 */
const ROUTE_QUESTION = /sin6_port=htons\(443\).*"2001:4860:4860::8888"/;

/** A record of what every process of a console asks of the network. */
export interface Trace {
  /** The desktop, on which consoles are started under the trace. */
  readonly desktop: Desktop;
  /** The lines that name an address of the internet, but for loopback and Chromium's question for a route. */
  remote(): string[];
  /** The lines in which somebody turns to the port of name servers, or to a resolver in the file system. */
  nameQuestions(): string[];
  /** How many calls were recorded. */
  count(): number;
  remove(): void;
}

/** Whether processes can be traced here. */
export function canTrace(): boolean {
  const args = ['-f', '--seccomp-bpf', '-e', 'trace=connect', '-o', '/dev/null', 'true'];
  return spawnSync('strace', args, { stdio: 'ignore' }).status === 0;
}

/** Makes a desktop whose consoles are traced, from their first process to the last. */
export function traceOn(desktop: Desktop): Trace {
  const folder = mkdtempSync(join(tmpdir(), 'riscura-trace-'));
  const file = join(folder, 'calls');
  const launcher = join(folder, 'electron');
  const strace = `strace -f -qq --seccomp-bpf -e trace=${CALLS} -e signal=none -o '${file}'`;
  writeFileSync(launcher, `#!/bin/sh\nexec ${strace} '${desktop.launcher}' "$@"\n`, { mode: 0o755 });
  const lines = () => readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return {
    desktop: { ...desktop, launcher },
    remote: () => lines().filter(namesRemoteAddress),
    nameQuestions: () => lines().filter((line) => /htons\((53|853|5353)\)|systemd\/resolve/.test(line)),
    count: () => lines().length,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Whether a call names an address that is neither on this machine nor in the file system. */
function namesRemoteAddress(line: string): boolean {
  if (/connect\(/.test(line) && ROUTE_QUESTION.test(line)) return false;
  const addresses = [
    ...line.matchAll(/inet_addr\("([^"]+)"\)/g),
    ...line.matchAll(/inet_pton\(AF_INET6, "([^"]+)"/g),
  ].map(([, address]) => address ?? '');
  return addresses.some((address) => !/^127\.|^::1$|^::ffff:127\./.test(address));
}
