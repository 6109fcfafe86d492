import { join } from 'node:path';
import { type MessagePortMain, utilityProcess } from 'electron';
import type { EngineProcess } from '../custodian/engineSupervisor';
import type { Layout } from '../custodian/hostCommand';

/** What the engine may know of its surroundings: not the session bus, not the home, not the display. */
const PASSED_ON = /^(RISCURA_.*|TZ|LANG|LC_.*|SystemRoot|TEMP|TMP|TMPDIR)$/;

/** Starts the engine host as a utility process of Electron. */
export function forkEngine(
  layout: Layout,
  dataFolder: string,
  version: string,
): EngineProcess<MessagePortMain> {
  const passedOn = Object.entries(process.env).filter(([name]) => PASSED_ON.test(name));
  return utilityProcess.fork(join(layout.engine, 'engineHost.js'), [], {
    serviceName: 'RISCURA Engine',
    env: {
      ...Object.fromEntries(passedOn),
      RISCURA_DATA: dataFolder,
      RISCURA_MODELS: layout.models[0] ?? '',
      RISCURA_VERSION: version,
    },
    execArgv: [],
    stdio: 'inherit',
    cwd: dataFolder,
  });
}
