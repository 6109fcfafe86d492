import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { failure } from '../failure';

/** A signed-in person, as the command line remembers them. */
export const KeptSession = z.object({
  /** The id of the tenant; `null` for an operator of the installation. */
  tenantId: z.string().nullable(),
  /** The domain as it was typed at sign-in; `null` for an operator. */
  tenant: z.string().nullable(),
  email: z.string(),
  accessToken: z.string(),
  refreshToken: z.string(),
  /** When the access token ends, in milliseconds since 1970. */
  expiresAt: z.number(),
});
export type KeptSession = z.infer<typeof KeptSession>;

const Kept = z.object({ version: z.literal(1), target: z.string(), sessions: z.array(KeptSession) });

/** The sessions of one console or server, in a file that its user alone can read. */
export interface SessionStore {
  read(): readonly KeptSession[];
  /** Keeps a session in place of the one for the same tenant. */
  keep(session: KeptSession): void;
  forget(session: Pick<KeptSession, 'tenantId'>): void;
  /** Where the lock lies that whoever renews a session holds. */
  readonly folder: string;
  readonly name: string;
}

/** Where state of programs is kept (XDG Base Directory Specification 0.8; on Windows the local application data). */
function stateFolder(env: NodeJS.ProcessEnv): string {
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? homedir(), 'riscura');
  const base = env.XDG_STATE_HOME?.startsWith('/') ? env.XDG_STATE_HOME : join(homedir(), '.local/state');
  return join(base, 'riscura');
}

/**
 * Opens the sessions of a console or server.
 * @param target its origin or its data folder
 * @throws Failure USAGE when the file can be read by others
 */
export function openSessionStore(target: string, env: NodeJS.ProcessEnv): SessionStore {
  const folder = join(stateFolder(env), 'sessions');
  const name = createHash('sha256').update(target).digest('hex').slice(0, 32);
  const file = join(folder, `${name}.json`);

  function read(): readonly KeptSession[] {
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (!found) return [];
    requireOwn(file, found);
    const parsed = Kept.safeParse(parse(readFileSync(file, 'utf8')));
    if (!parsed.success || parsed.data.target !== target) {
      throw failure('USAGE', `${file} is not as this program writes it.`, 'Remove it, then sign in again.');
    }
    return parsed.data.sessions;
  }

  function write(sessions: readonly KeptSession[]): void {
    if (sessions.length === 0) {
      rmSync(file, { force: true });
      return;
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (process.platform !== 'win32') chmodSync(folder, 0o700);
    const next = `${file}.${randomBytes(6).toString('hex')}`;
    const kept: z.infer<typeof Kept> = { version: 1, target, sessions: [...sessions] };
    writeFileSync(next, JSON.stringify(kept), { mode: 0o600, flag: 'wx' });
    renameSync(next, file);
  }

  const others = (tenantId: string | null) => read().filter((one) => one.tenantId !== tenantId);
  return {
    folder,
    name,
    read,
    keep: (session) => write([...others(session.tenantId), session]),
    forget: ({ tenantId }) => write(others(tenantId)),
  };
}

function requireOwn(file: string, found: { uid: number; mode: number; isFile(): boolean }): void {
  const uid = process.getuid?.();
  if (uid === undefined) return;
  if (found.isFile() && found.uid === uid && (found.mode & 0o077) === 0) return;
  throw failure(
    'USAGE',
    `${file} can be read by others, so its session is not used.`,
    'Remove it, then sign in again.',
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
