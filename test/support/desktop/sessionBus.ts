import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { end, until } from './processes';
import type { Programs } from './programs';

export interface SessionBus {
  /** For the variable DBUS_SESSION_BUS_ADDRESS. */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * Starts a message bus of the desktop's own. It starts no services by itself: a keyring that a test has
 * stopped stays stopped.
 */
export async function startSessionBus(programs: Programs, folder: string): Promise<SessionBus> {
  const socket = join(folder, 'bus');
  const address = `unix:path=${socket}`;
  const config = join(folder, 'bus.conf');
  writeFileSync(config, configuration(address), { mode: 0o644 });
  const daemon = programs.spawn(['dbus-daemon', `--config-file=${config}`, '--nofork', '--nopidfile'], {
    stdio: 'ignore',
  });
  await until('the session bus', () => existsSync(socket));
  return { address, stop: () => end(daemon) };
}

function configuration(address: string): string {
  return `<busconfig>
  <type>session</type>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;
}
