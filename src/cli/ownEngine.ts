import { DataFolderRefused } from '../custodian/dataFolder';
import { findLocalSocket, LocalAddressRefused } from '../server/localAddress';
import type { CommonOptions } from './commands/context';
import { failure } from './failure';
import { keystoreOptions } from './keystoreOptions';

/** An engine that runs for one command. */
export interface OwnEngine {
  /** Where it listens. */
  readonly socket: string;
  stop(): Promise<void>;
}

/** Where the engine of a data folder listens. @throws Failure UNREACHABLE when others could sit there */
export function locate(folder: string): string | null {
  try {
    return findLocalSocket(folder);
  } catch (problem) {
    if (!(problem instanceof LocalAddressRefused)) throw problem;
    throw failure(
      'UNREACHABLE',
      problem.message,
      'Give the folder to its user alone, then start the console again.',
    );
  }
}

/**
 * Starts the engine of a data folder for the length of a command. Whoever else works on the folder keeps it.
 * @throws Failure, ConsoleError HOST_RESTARTING
 */
export async function startOwnEngine(
  folder: string,
  { keystore, passphraseFile }: Pick<CommonOptions, 'keystore' | 'passphraseFile'>,
): Promise<OwnEngine> {
  // Only who needs it pays for loading the custodian with the keystore.
  const { startEngine } = await import('../custodian/standalone');
  const { createLog, createSystemClock } = await import('../adapters/system');
  const speaks = process.env.RISCURA_DEBUG === '1';
  const log = createLog(
    'custodian',
    (line) => void (speaks && process.stderr.write(line)),
    createSystemClock(),
  );
  try {
    const engine = await startEngine({
      data: folder,
      program: 'A riscura command',
      keystore: keystoreOptions({ keystore, 'passphrase-file': passphraseFile }),
      log,
      engineLog: speaks ? 'inherit' : 'ignore',
      onFailed: () => undefined,
    });
    const socket = locate(engine.data);
    if (socket !== null) return { socket, stop: () => engine.stop() };
    await engine.stop();
  } catch (problem) {
    if (problem instanceof DataFolderRefused) throw failure('UNREACHABLE', problem.message);
    throw problem;
  }
  throw failure(
    'UNREACHABLE',
    'The engine was started and listens nowhere.',
    'RISCURA_DEBUG=1 shows its log.',
  );
}
