import { readFileSync } from 'node:fs';
import { createBetterSqlite3Driver } from '../../../src/adapters/betterSqlite3';
import { createFiles } from '../../../src/adapters/files';
import { createLdapClient } from '../../../src/adapters/ldap';
import { createOidcClient } from '../../../src/adapters/oidc';
import { createSamlServiceProvider } from '../../../src/adapters/saml';
import { createSqlcipherDriver } from '../../../src/adapters/sqlcipher';
import { createSsoListener } from '../../../src/adapters/ssoListener';
import { createSystemClock, createSystemRandom } from '../../../src/adapters/system';
import { ConsoleError, type Plan } from '../../../src/contract';
import { createEngine, type Engine } from '../../../src/engine';
import type { CommonPasswordList, EnginePorts, ProviderFactory } from '../../../src/engine/ports';
import { createApiListener } from '../../../src/server/apiListener';
import {
  closedNetwork,
  MemoryKeystore,
  MemoryLog,
  noBrowser,
  noEmbedder,
  quickHasher,
  ScriptedRuntime,
  textParser,
} from './fakes';

export * from './fakes';

/** The plans that ship. */
export const plans = JSON.parse(readFileSync('resources/plans.json', 'utf8')) as Plan[];

/** The list of common passwords that ships. */
export const commonPasswords = JSON.parse(
  readFileSync('resources/commonPasswords.json', 'utf8'),
) as CommonPasswordList;

async function unreachable(): Promise<never> {
  throw new ConsoleError('MODEL_UNAVAILABLE', { reason: 'There is no server in this test.' });
}

async function* silent(): AsyncGenerator<never> {
  yield* [];
  await unreachable();
}

/** Servers that do not answer. */
export const deadProviders: ProviderFactory = {
  ollama: () => ({
    version: unreachable,
    list: unreachable,
    chat: silent,
    show: unreachable,
    remove: unreachable,
    importFile: silent,
    pull: silent,
    embed: unreachable,
  }),
  openAiCompatible: () => ({ version: unreachable, list: unreachable, chat: silent }),
};

/** A real engine over real databases in a folder; what is not under test is a fake of the ports. */
export interface TestEngine {
  readonly engine: Engine;
  readonly ports: EnginePorts;
  readonly keystore: MemoryKeystore;
  readonly log: MemoryLog;
  readonly runtime: ScriptedRuntime;
  /** What answers over the local socket. */
  readonly answerLocal: ReturnType<typeof createApiListener>['answerLocal'];
}

/** What a test gives the web console of its own. */
export type WebParts = Partial<Pick<Parameters<typeof createApiListener>[0], 'pages' | 'tabs'>>;

/** @param overrides ports of the test's own */
export function startTestEngine(
  folder: string,
  overrides: Partial<EnginePorts> = {},
  web: WebParts = {},
): TestEngine {
  const keystore = (overrides.keystore as MemoryKeystore | undefined) ?? new MemoryKeystore();
  const log = new MemoryLog();
  const runtime = new ScriptedRuntime();
  const files = createFiles(folder);
  const api = createApiListener({
    version: '0.0.0-test',
    clock: createSystemClock(),
    log,
    pages: 'test/support/web/page',
    tabs: keepTabs(),
    ...web,
  });
  const ports: EnginePorts = {
    version: '0.0.0-test',
    clock: createSystemClock(),
    random: createSystemRandom(),
    log,
    keystore,
    catalogDriver: createBetterSqlite3Driver({}),
    tenantDriver: createSqlcipherDriver(),
    files,
    filesBelow: (below) => createFiles(files.absolute(below)),
    network: closedNetwork(),
    directoryClient: createLdapClient(),
    ssoListener: createSsoListener(),
    samlServiceProvider: createSamlServiceProvider(),
    oidcClient: createOidcClient(),
    browser: noBrowser,
    apiListener: api.port,
    providers: deadProviders,
    embeddedRuntime: runtime,
    embedder: noEmbedder,
    parser: textParser,
    hasher: quickHasher,
    hosts: { read: () => [], onChange: () => () => undefined },
    plans,
    commonPasswords,
    starterModel: {
      name: 'smollm2-135m-instruct',
      file: '/nowhere/model.gguf',
      sizeBytes: 1,
      sha256: '0'.repeat(64),
      licence: 'Apache-2.0',
      licenceText: 'text',
    },
    openTenants: 50,
    hasMemory: () => false,
    reserveBytes: 0,
    ...overrides,
  };
  const engine = createEngine(ports);
  api.serve(engine);
  return { engine, ports, keystore, log, runtime, answerLocal: api.answerLocal };
}

/** What tabs go on with, in this process alone. */
function keepTabs() {
  const kept = new Map<string, string | null>();
  return {
    read: async (tab: string) => kept.get(tab) ?? null,
    write: (tab: string, credential: string | null) => void kept.set(tab, credential),
  };
}
