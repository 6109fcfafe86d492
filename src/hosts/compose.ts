import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import commonPasswords from '../../resources/commonPasswords.json';
import plans from '../../resources/plans.json';
import { createPasswordHasher } from '../adapters/argon2';
import { createBetterSqlite3Driver } from '../adapters/betterSqlite3';
import type { Custodian } from '../adapters/custodianLink';
import { createDocumentParser } from '../adapters/documents';
import { MiniLmEmbedder } from '../adapters/embedding';
import { createFiles } from '../adapters/files';
import { HostLink, type LinkOptions, MODEL_FRAMES, type SpawnHost } from '../adapters/hostLink';
import { createLdapClient } from '../adapters/ldap';
import { LlamaRuntime } from '../adapters/llama';
import { createNetwork, installNetworkGuard } from '../adapters/network';
import { createOidcClient } from '../adapters/oidc';
import { createOllamaProvider } from '../adapters/ollama';
import { createOpenAiProvider } from '../adapters/openai';
import { createSamlServiceProvider } from '../adapters/saml';
import { createSqlcipherDriver } from '../adapters/sqlcipher';
import { createSsoListener } from '../adapters/ssoListener';
import { createLog, createMemoryWatch, createSystemClock, createSystemRandom } from '../adapters/system';
import { readServerVariables } from '../custodian/serverVariables';
import { createEngine, type Engine } from '../engine';
import type { EnginePorts, Log } from '../engine/ports';
import { createApiListener } from '../server/apiListener';
import { reasonsNotToServe } from '../server/examination';
import { openLocalSocket } from '../server/localSocket';
import { createMetrics } from '../server/metrics';
import { sampleData } from './sampleData';
import { embeddingFolder, findStarterModel } from './starterModel';
import { createWindowTransport } from './windowTransport';

const VERSION = process.env.RISCURA_VERSION ?? '0.0.0';
/** So many stay open in any case; more while the engine takes less than its share of the memory. */
const OPEN_TENANTS = 50;
/** Kept on the volume of the data folder for freeing a full disk. */
const RESERVE_BYTES = 64 * 1024 * 1024;
/** How often a server tries to open an installation that could not be opened. */
const OPEN_AGAIN_MS = 10_000;
const MODEL_PING_MS = 5_000;
/** How the engine deals with a host: milliseconds to start and to give up what was cancelled. */
const HOST_LIMITS = {
  startMs: 30_000,
  cancelMs: 10_000,
  limits: MODEL_FRAMES,
  failure: 'MODEL_FAILED',
} as const;

/** The page is built beside the processes; none is there while the development server makes it. */
function findPages(): string | null {
  const places = ['../renderer', '../../renderer'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return places.find((folder) => existsSync(join(folder, 'index.html'))) ?? null;
}

/** Reads what the custodian hands over in the environment. */
function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** Composes the engine over its real adapters and serves the windows that the custodian brings. */
export async function composeEngine(custodian: Custodian): Promise<void> {
  const log = createLog('engine', (line) => process.stderr.write(line), createSystemClock());
  const api = createApiListener({
    version: VERSION,
    clock: createSystemClock(),
    log,
    pages: findPages(),
    tabs: custodian.tabs,
  });
  const told = readServerVariables(process.env);
  const metrics = told?.metrics ? createMetrics(told.metrics === 'per-tenant') : null;
  const ports = {
    ...(await composePorts(custodian, log)),
    apiListener: api.port,
    ...(told?.apiPlace && { apiPlace: told.apiPlace }),
    ...(metrics && { observer: metrics.observer }),
  };
  const wantsSample = process.env.RISCURA_SAMPLE === '1';
  const engine = createEngine(wantsSample ? { ...ports, preparation: sampleData(ports) } : ports);
  api.serve(engine);
  const transport = createWindowTransport({
    engine,
    log,
    onCredential: (window, credential) => ports.keystore.rememberCredential(window, credential),
  });
  const closeLocal = await listenLocally(api, log);
  const stopOpening = told && (await openByItself(engine));
  custodian.onExamine(async (wantsMetrics) => ({
    reasons: await reasonsNotToServe(engine),
    metrics: wantsMetrics && metrics ? await metrics.text(engine) : '',
  }));
  custodian.onShutdown(async () => {
    stopOpening?.();
    await api.drain(told?.drainMs ?? 0);
    await closeLocal();
    await engine.close();
  });
  custodian.onWindow((window) => transport.serve(window));
}

/**
 * A server opens the installation with nobody asking, and again while it cannot: a keychain that is unlocked later, a
 * volume that has room again.
 * @returns how to stop that
 */
async function openByItself(engine: Engine): Promise<() => void> {
  await reasonsNotToServe(engine);
  return createSystemClock().every(OPEN_AGAIN_MS, () => {
    if (engine.figures() === null) void reasonsNotToServe(engine);
  });
}

/** The command line reaches the engine for as long as it runs. Without that the engine serves its windows all the same. */
async function listenLocally(
  api: ReturnType<typeof createApiListener>,
  log: Log,
): Promise<() => Promise<void>> {
  try {
    const listener = await openLocalSocket(required('RISCURA_DATA'), api.answerLocal);
    return () => listener.close();
  } catch (problem) {
    log.error('the command line cannot reach this engine', problem);
    return async () => undefined;
  }
}

async function composePorts(custodian: Custodian, log: Log): Promise<Omit<EnginePorts, 'apiListener'>> {
  const dataFolder = required('RISCURA_DATA');
  const models = process.env.RISCURA_MODELS ?? '';
  const nativeBinding = process.env.RISCURA_BETTER_SQLITE3_BINDING;
  const clock = createSystemClock();
  const random = createSystemRandom();
  const files = createFiles(dataFolder);
  const hostSockets = new Set<string>();
  const spawn = spawnThrough(custodian, hostSockets);
  const link = (kind: LinkOptions['kind'], pingMs: number | null) =>
    new HostLink({ ...HOST_LIMITS, kind, spawn, pingMs });
  installNetworkGuard({
    allowPath: (path) => hostSockets.has(path),
    onRefused: ({ tried, target }) =>
      log.warn('a library tried to reach the network by itself', { tried, target }),
  });
  return {
    version: VERSION,
    clock,
    random,
    log,
    keystore: custodian.keystore,
    catalogDriver: createBetterSqlite3Driver(nativeBinding ? { nativeBinding } : {}),
    tenantDriver: createSqlcipherDriver(),
    files,
    filesBelow: (folder) => createFiles(files.absolute(folder)),
    network: createNetwork(),
    directoryClient: createLdapClient(),
    ssoListener: createSsoListener(),
    samlServiceProvider: createSamlServiceProvider(),
    oidcClient: createOidcClient(),
    browser: custodian.browser,
    providers: { ollama: createOllamaProvider, openAiCompatible: createOpenAiProvider },
    embeddedRuntime: new LlamaRuntime({
      link: link('model', MODEL_PING_MS),
      confined: isConfined(custodian, 'model'),
    }),
    embedder: new MiniLmEmbedder({ link: link('embedding', null), folder: embeddingFolder(models) }),
    parser: createDocumentParser({ spawn, confined: isConfined(custodian, 'parser') }),
    hasher: createPasswordHasher(new URL('./hashWorker.js', import.meta.url)),
    hosts: {
      read: () => [...custodian.hosts.states()],
      onChange: (listener) => custodian.hosts.onStates(listener),
    },
    commonPasswords,
    plans: plans as EnginePorts['plans'],
    starterModel: await findStarterModel(models),
    openTenants: OPEN_TENANTS,
    hasMemory: createMemoryWatch(),
    reserveBytes: RESERVE_BYTES,
  };
}

/** A host is released when the engine is done with it, and killed when it hangs or breaks the rules. */
function spawnThrough(custodian: Custodian, sockets: Set<string>): SpawnHost {
  return async (kind) => {
    const host = await custodian.hosts.spawn(kind);
    sockets.add(host.socketPath);
    void host.exited.then(() => sockets.delete(host.socketPath));
    return {
      socketPath: host.socketPath,
      secret: host.secret,
      release: (end) => (end === 'done' ? host.release() : host.kill()),
    };
  };
}

function isConfined(custodian: Custodian, host: 'model' | 'parser'): boolean {
  return custodian.hosts.states().some((state) => state.host === host && state.confined);
}
