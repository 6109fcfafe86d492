import type { ParentPort } from './engineSide';

/**
 * The private port to a custodian that is a plain Node: the channel of `child_process.fork`. No window comes by it. An
 * engine without its custodian has nobody who knows a key or ends its hosts, so it ends with it, as one in Electron does.
 * @param process this process, forked with `serialization: 'advanced'`
 */
export function forkedParentPort(process: NodeJS.Process): ParentPort {
  const send = process.send?.bind(process);
  if (!send) throw new Error('this process has no channel to a custodian');
  process.once('disconnect', () => process.exit(1));
  // A terminal and a service manager send these to the whole group; when the engine ends is the custodian's to say.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  return {
    on: (_event, listener) => process.on('message', (data: unknown) => listener({ data, ports: [] })),
    postMessage: (message) => {
      if (process.connected) send(message);
    },
  };
}
