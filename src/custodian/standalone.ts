import { version } from '../../package.json';
import type { Examination } from '../adapters/custodianLink';
import type { FolderLock } from '../adapters/folderLock';
import { openServerKeystore, type ServerKeystoreSettings } from '../adapters/keystore';
import { ConsoleError } from '../contract';
import type { Log } from '../engine/ports';
import { forbidDumps } from './crashDumps';
import { type DataFolder, openDataFolder } from './dataFolder';
import { forkEngine } from './forkedEngine';
import type { Layout } from './hostCommand';
import { createHosts } from './hosts';
import { layoutOfNode } from './nodeLayout';
import { type ServerVariables, writeServerVariables } from './serverVariables';
import { takeDataFolder } from './takeDataFolder';

/** How long the engine may take to close its databases, once nothing runs. */
const CLOSE_MS = 15_000;

export interface StandaloneSettings {
  /** The data folder; made when there is none. */
  readonly data: string;
  /** What this process is, in words for whoever finds the data folder taken. */
  readonly program: string;
  /** Which keystore, and where the passphrase of a sealed file comes from. */
  readonly keystore: Pick<ServerKeystoreSettings, 'kind' | 'passphrase'>;
  readonly log: Log;
  /** Where what the engine itself logs goes; standard error when it is missing. */
  readonly engineLog?: 'inherit' | 'ignore';
  /** What the engine is told of being a server. */
  readonly server?: ServerVariables;
  /** The engine died so often that it is not started again. Not called before {@link startEngine} has resolved. */
  onFailed(): void;
}

/** An engine that runs for this process, without Electron. Its local socket is open. */
export interface StandaloneEngine {
  /** The data folder, as the system names it. */
  readonly data: string;
  /** How it is; `null` when it does not answer, or is being started anew. */
  examine(metrics: boolean): Promise<Examination | null>;
  /** Lets it end what runs and close its databases, then gives the data folder back. */
  stop(): Promise<void>;
  /** Ends it at once. What it confirmed is on the disk. */
  kill(): void;
}

/**
 * Starts the engine of a data folder under plain Node. This process is then its custodian: it holds the keys and the
 * lives of all hosts, as the main process of the console does, and nothing else works on the folder meanwhile.
 * @throws DataFolderRefused when the folder cannot be used, or another program works on it
 * @throws ConsoleError of the keystore when it cannot be opened, HOST_RESTARTING when the engine does not come up
 */
export async function startEngine(settings: StandaloneSettings): Promise<StandaloneEngine> {
  const folder = openDataFolder(settings.data);
  // Before any library is loaded that the environment could name.
  const layout = layoutOfNode(process.argv[1] ?? '', folder, process.env);
  const lock = await takeDataFolder(folder, settings.program);
  try {
    return await startIn(folder, layout, lock, settings);
  } catch (failure) {
    lock.release();
    throw failure;
  }
}

async function startIn(
  folder: DataFolder,
  layout: Layout,
  lock: FolderLock,
  settings: StandaloneSettings,
): Promise<StandaloneEngine> {
  const { log, server } = settings;
  const variables = { RISCURA_VERSION: version, ...(server && writeServerVariables(server)) };
  forbidDumps(log);
  const keystore = await openServerKeystore({ dataFolder: folder.path, ...settings.keystore });
  let whenReady: () => void = () => undefined;
  let whenFailed: () => void = settings.onFailed;
  const hosts = createHosts<never>({
    layout,
    keystore,
    log,
    ...(server && { drainMs: server.drainMs + CLOSE_MS }),
    forkEngine: () => forkEngine(layout, folder.path, variables, settings.engineLog),
    openBrowser: () => Promise.reject(new ConsoleError('BROWSER_UNAVAILABLE')),
    onReady: () => whenReady(),
    onGone: () => undefined,
    onCredential: () => undefined,
    onEngineFailed: () => whenFailed(),
  });
  const engine: StandaloneEngine = {
    data: folder.path,
    examine: hosts.examine,
    stop: async () => {
      await hosts.stop();
      lock.release();
    },
    kill: () => {
      hosts.kill();
      lock.release();
    },
  };
  try {
    await new Promise<void>((resolve, reject) => {
      whenReady = resolve;
      whenFailed = () =>
        reject(new ConsoleError('HOST_RESTARTING', { reason: 'The engine does not come up.' }));
      hosts.start();
    });
  } catch (failure) {
    await hosts.stop();
    throw failure;
  }
  whenFailed = settings.onFailed;
  return engine;
}

/**
 * Starts the engine of a data folder for the length of one piece of work, and ends it whatever comes of that.
 * @param work may reach it at the local socket of the data folder
 * @throws as {@link startEngine}, and what the work throws
 */
export async function withEngine<Result>(
  settings: Omit<StandaloneSettings, 'onFailed'>,
  work: (engine: StandaloneEngine) => Promise<Result>,
): Promise<Result> {
  const engine = await startEngine({ ...settings, onFailed: () => undefined });
  try {
    return await work(engine);
  } finally {
    await engine.stop();
  }
}
