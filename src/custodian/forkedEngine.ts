import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { EngineProcess } from './engineSupervisor';
import type { Layout } from './hostCommand';

/** What the engine may know of its surroundings: not the session bus, not the home, not a credential of the service. */
const PASSED_ON = /^(RISCURA_.*|RUNTIME_DIRECTORY|XDG_RUNTIME_DIR|TZ|LANG|LC_.*|SystemRoot|TEMP|TMP|TMPDIR)$/;

/**
 * Starts the engine host as a Node of its own, with a private channel to this process.
 * @param variables what the engine is told besides
 * @param log where what the engine logs goes: to this process's standard error, or nowhere
 */
export function forkEngine(
  layout: Layout,
  dataFolder: string,
  variables: Readonly<Record<string, string>>,
  log: 'inherit' | 'ignore' = 'inherit',
): EngineProcess<never> {
  const passedOn = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
  const child = fork(join(layout.engine, 'engineHost.js'), [], {
    execPath: layout.node,
    execArgv: [],
    serialization: 'advanced',
    // Standard output is the command's own; what the engine has to say is log.
    stdio: ['ignore', 'ignore', log, 'ipc'],
    cwd: dataFolder,
    env: {
      ...Object.fromEntries(passedOn),
      RISCURA_DATA: dataFolder,
      RISCURA_MODELS: layout.models[0] ?? '',
      ...variables,
    },
  });
  return {
    pid: child.pid,
    on: (_event, listener) => child.on('message', listener),
    postMessage: (message) => {
      if (child.connected) child.send(message as object);
    },
    once: (_event, listener) => {
      let told = false;
      const tell = (code: number | null): void => {
        if (!told) listener(code ?? 1);
        told = true;
      };
      child.once('exit', tell);
      // It could not be started at all, and then there is no exit.
      child.once('error', () => {
        if (child.pid === undefined) tell(null);
      });
    },
  };
}
