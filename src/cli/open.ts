import { existsSync, realpathSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import type { CommonOptions, Session } from './commands/context';
import { type Connection, connectOverHttps, connectOverSocket } from './connection/connection';
import { createClient, type LinkOptions } from './connection/link';
import { defaultFolder } from './dataFolder';
import { failure } from './failure';
import { locate, startOwnEngine } from './ownEngine';
import { readSecretFile, type Secrets } from './secrets';
import { aloneWith } from './session/alone';
import { callWithKey, callWithSessions, type KnownCaller } from './session/caller';
import { createSessionService } from './session/service';
import { openSessionStore } from './session/store';

interface OpenOptions {
  readonly options: CommonOptions;
  readonly secrets: Secrets;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Opens the way to the console that the options name: over HTTPS, or to the engine of a data folder on this machine.
 * @throws Failure
 */
export async function openSession({
  options,
  secrets,
  signal,
  env,
}: OpenOptions): Promise<Session & { close(): Promise<void> }> {
  const connection = await connectTo(options, env);
  const store = openSessionStore(connection.target, env);
  const sessions = createSessionService(connection, signal);
  const key = keyOf(options, env);
  const caller: KnownCaller =
    key === null
      ? callWithSessions({ store, service: sessions, secrets, alone: aloneWith, now: Date.now })
      : callWithKey(key);
  const link: LinkOptions = { connection, caller, signal };
  const tenant = options.tenant ?? caller.ownTenant;
  return {
    client: createClient(link),
    link,
    store,
    sessions,
    byKey: key !== null,
    isLocal: connection.isLocal,
    target: connection.target,
    tenant,
    inTenant() {
      if (tenant !== null) return { context: { tenant } };
      throw failure(
        'USAGE',
        'It does not say which tenant.',
        'Name it with --tenant DOMAIN, or sign in to it.',
      );
    },
    close: () => connection.close(),
  };
}

async function connectTo(options: CommonOptions, env: NodeJS.ProcessEnv): Promise<Connection> {
  const silenceMs = (options.timeout ?? 120) * 1000;
  const url = options.url ?? (options.data === undefined ? env.RISCURA_URL : undefined);
  if (url !== undefined) {
    if (options.data !== undefined) throw failure('USAGE', 'Either --url or --data, not both.');
    return connectOverHttps(url, options.ca ?? env.RISCURA_CA, silenceMs);
  }
  const named = resolve(options.data ?? env.RISCURA_DATA ?? defaultFolder());
  // By whichever way it is named: the sessions of one folder are the same.
  const folder = existsSync(named) ? realpathSync(named) : named;
  const socket = existsSync(folder) ? locate(folder) : null;
  if (socket !== null && (await answers(socket))) {
    return connectOverSocket(folder, socket, silenceMs, async () => undefined);
  }
  if (!options.mayCreate && !existsSync(join(folder, 'catalog.db'))) {
    const next =
      'Name its folder with --data, or a server with --url. The first operator makes an installation: riscura operators create-first.';
    throw failure('UNREACHABLE', `There is no installation in ${folder}.`, next);
  }
  const own = await startOwnEngine(folder, options);
  return connectOverSocket(folder, own.socket, silenceMs, own.stop);
}

/** Whether somebody listens there: what a killed engine leaves answers nobody. */
function answers(socketPath: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

function keyOf({ apiKeyFile }: CommonOptions, env: NodeJS.ProcessEnv): string | null {
  if (apiKeyFile !== undefined) return readSecretFile(apiKeyFile).trim();
  return env.RISCURA_API_KEY?.trim() || null;
}
