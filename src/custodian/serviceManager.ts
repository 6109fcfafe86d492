import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Log } from '../engine/ports';

/** Node knows no datagram socket of this kind, so systemd's own program speaks (sd_notify(3)). */
const PROGRAM = [
  '/usr/bin/systemd-notify',
  '/bin/systemd-notify',
  '/run/current-system/sw/bin/systemd-notify',
];

/** Tells the service manager that started this process how it stands; elsewhere it does nothing. */
export function notifyServiceManager(state: 'READY=1' | 'STOPPING=1', log: Log): void {
  if (!process.env.NOTIFY_SOCKET) return;
  const program = PROGRAM.find((file) => existsSync(file));
  if (!program) {
    log.warn('systemd waits to be told, and systemd-notify is not installed: take Type=exec');
    return;
  }
  execFile(program, [`--pid=${process.pid}`, state], (failure) => {
    if (failure) log.warn('systemd could not be told', { state });
  });
}
