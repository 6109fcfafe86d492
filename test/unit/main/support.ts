import { EventEmitter } from 'node:events';
import type { EngineProcess } from '../../../src/custodian/engineSupervisor';
import type { Log } from '../../../src/engine/ports';

/** A log that keeps what was said. */
export function recordingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    info: (message) => lines.push(message),
    warn: (message) => lines.push(message),
    error: (message, cause) => lines.push(`${message}: ${String(cause)}`),
  };
}

/** An engine process that does what a test tells it. */
export class FakeEngine extends EventEmitter implements EngineProcess<string> {
  readonly pid: number;
  readonly received: { message: Record<string, unknown>; ports: string[] }[] = [];
  /** Whether it answers the heartbeat. */
  alive = true;

  constructor(pid: number) {
    super();
    this.pid = pid;
  }

  postMessage(message: unknown, ports: string[] = []): void {
    const received = structuredClone(message) as Record<string, unknown>;
    this.received.push({ message: received, ports });
    if (received.type === 'ping' && this.alive) this.says({ type: 'pong', beat: received.beat });
  }

  says(message: unknown): void {
    this.emit('message', message);
  }

  dies(code = 1): void {
    this.emit('exit', code);
  }

  /** The messages of one type that it was sent. */
  got(type: string): Record<string, unknown>[] {
    return this.received.map(({ message }) => message).filter((message) => message.type === type);
  }
}
