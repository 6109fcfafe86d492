import { parseArgs } from 'node:util';
import { createLog, createSystemClock } from '../adapters/system';
import { DataFolderRefused } from '../custodian/dataFolder';
import { type StandaloneEngine, startEngine } from '../custodian/standalone';
import type { Log } from '../engine/ports';
import { CommandProblem, type Terminal } from './terminal';

export const SERVE_USAGE = `serve --data FOLDER
    runs the engine without a window until it is told to stop (SIGTERM, SIGINT; a second one ends it at once).
    --data   the data folder; without it $RISCURA_DATA, under systemd $STATE_DIRECTORY
    The log goes to standard error, one JSON object a line.
    Ends with 0 when it was stopped, 1 when the engine failed, 2 when it could not start.`;

/** @returns 0 when it was told to stop, 1 when the engine died too often, 128 and the signal's number at a second signal */
export async function serve(args: readonly string[], terminal: Terminal): Promise<number> {
  const { data } = read(args);
  const log = createLog('custodian', (line) => process.stderr.write(line), createSystemClock());
  const end = endings(log);
  const engine = await start(data, log, end.failed);
  terminal.say(`riscura serves ${engine.data}`);
  log.info('the server is ready', { data: engine.data });
  return end.of(engine);
}

async function start(data: string, log: Log, onFailed: () => void): Promise<StandaloneEngine> {
  try {
    return await startEngine({ data, program: 'riscura serve', log, onFailed });
  } catch (refusal) {
    if (refusal instanceof DataFolderRefused) throw new CommandProblem(refusal.message);
    throw refusal;
  }
}

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;
type Signal = keyof typeof SIGNALS;

/** What ends the server: the first signal in order, a second one at once, or the engine itself. */
function endings(log: Log) {
  const signals: Signal[] = [];
  const onSignal = new Set<(signal: Signal) => void>();
  let failed: () => void = () => undefined;
  const failure = new Promise<void>((resolve) => {
    failed = resolve;
  });
  for (const signal of Object.keys(SIGNALS) as Signal[])
    process.on(signal, () => {
      signals.push(signal);
      for (const tell of onSignal) tell(signal);
    });
  const nth = (count: number): Promise<Signal> =>
    new Promise((resolve) => {
      const look = (): void => {
        const signal = signals[count - 1];
        if (signal) resolve(signal);
      };
      onSignal.add(look);
      look();
    });

  return {
    failed: () => failed(),
    of: async (engine: StandaloneEngine): Promise<number> => {
      const first = await Promise.race([nth(1), failure]);
      log.info('the server ends', { signal: first ?? null });
      const second = nth(2).then((signal) => {
        engine.kill();
        return 128 + SIGNALS[signal];
      });
      const code = await Promise.race([second, engine.stop().then(() => (first ? 0 : 1))]);
      log.info('the server has ended', { code });
      return code;
    },
  };
}

function read(args: readonly string[]): { data: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' } } });
    const data = values.data ?? process.env.RISCURA_DATA ?? process.env.STATE_DIRECTORY;
    if (data) return { data };
  } catch (problem) {
    throw new CommandProblem(`${problem instanceof Error ? problem.message : ''}\n\n${SERVE_USAGE}`);
  }
  throw new CommandProblem(`No data folder is named.\n\n${SERVE_USAGE}`);
}
