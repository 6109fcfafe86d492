import { randomBytes } from 'node:crypto';
import { ConsoleError } from '../../../src/contract';
import {
  type BrowserOpener,
  type ChatEvent,
  type ChatRequest,
  type DocumentParser,
  type EmbeddedRuntime,
  type Embedder,
  type Keystore,
  type KeystoreState,
  type Log,
  type Network,
  nextNameOf,
  type PasswordHasher,
  type RotatedKeyName,
  type SecretName,
} from '../../../src/engine/ports';

/** A keystore in memory that can be locked, emptied and swapped. */
export class MemoryKeystore implements Keystore {
  readonly keys = new Map<string, Uint8Array>();
  readonly secrets = new Map<string, string>();
  readonly remembered: [string, string | null][] = [];
  current: KeystoreState['state'] = 'ready';
  /** Whether a database of this name exists: then no key is made. */
  databaseExists: (name: string) => boolean = () => false;

  async state(): Promise<KeystoreState> {
    return { kind: 'memory', state: this.current };
  }

  #requireReady(): void {
    if (this.current === 'insecure') throw new ConsoleError('KEYSTORE_INSECURE');
    if (this.current !== 'ready') throw new ConsoleError('KEYSTORE_UNAVAILABLE');
  }

  async createKey(name: { kind: string; tenantId?: string }): Promise<Uint8Array> {
    this.#requireReady();
    const at = nameOf(name);
    const kept = this.keys.get(at);
    if (kept) return Uint8Array.from(kept);
    const follows = name.kind.endsWith('-next') ? this.keys.has(at.replace('-next', '')) : null;
    if (follows === false || (follows === null && this.databaseExists(at)))
      throw new ConsoleError('KEY_MISSING');
    const key = new Uint8Array(randomBytes(32));
    this.keys.set(at, key);
    return Uint8Array.from(key);
  }

  async readKey(name: { kind: string; tenantId?: string }): Promise<Uint8Array> {
    this.#requireReady();
    const key = this.keys.get(nameOf(name));
    if (!key) throw new ConsoleError('KEY_MISSING');
    return Uint8Array.from(key);
  }

  async destroyKey(name: { kind: string; tenantId?: string }): Promise<void> {
    this.#requireReady();
    this.keys.delete(nameOf(name));
  }

  async adoptNextKey(name: RotatedKeyName): Promise<void> {
    const next = nextNameOf(name);
    this.keys.set(nameOf(name), await this.readKey(next));
    this.keys.delete(nameOf(next));
  }

  async readSecret(name: SecretName): Promise<string | null> {
    return this.secrets.get(secretOf(name)) ?? null;
  }

  async restoreKey(name: { kind: string; tenantId?: string }, key: Uint8Array): Promise<void> {
    this.#requireReady();
    const kept = this.keys.get(nameOf(name));
    if (kept && !Buffer.from(kept).equals(key)) throw new ConsoleError('CONFLICT');
    this.keys.set(nameOf(name), Uint8Array.from(key));
  }

  async writeSecret(name: SecretName, secret: string): Promise<void> {
    this.secrets.set(secretOf(name), secret);
  }

  async removeSecret(name: SecretName): Promise<void> {
    this.secrets.delete(secretOf(name));
  }

  rememberCredential(window: string, credential: string | null): void {
    this.remembered.push([window, credential]);
  }
}

function secretOf(name: SecretName): string {
  return name.kind === 'provider' ? name.providerId : `checkpoint:${name.owner}`;
}

function nameOf(name: { kind: string; tenantId?: string }): string {
  return name.tenantId ? `${name.kind}:${name.tenantId}` : name.kind;
}

/** A log that keeps its lines for the test to look at. */
export class MemoryLog implements Log {
  readonly lines: string[] = [];

  info(message: string, fields?: object): void {
    this.lines.push(JSON.stringify({ message, ...fields }));
  }

  warn(message: string, fields?: object): void {
    this.lines.push(JSON.stringify({ message, ...fields }));
  }

  error(message: string, cause: unknown, fields?: object): void {
    this.lines.push(
      JSON.stringify({ message, cause: cause instanceof Error ? cause.stack : String(cause), ...fields }),
    );
  }
}

/** What the embedded runtime of a test answers: a script of events, or an error to throw. */
export type Script = (request: ChatRequest) => AsyncIterable<ChatEvent>;

/** An embedded runtime that follows a script; for tests of what stands around a model. */
export class ScriptedRuntime implements EmbeddedRuntime {
  readonly confined = true;
  readonly atOnce = 4;
  readonly requests: ChatRequest[] = [];
  script: Script = async function* () {
    yield { type: 'text', text: 'An answer.' };
    yield { type: 'usage', inputTokens: 12, outputTokens: 3 };
  };

  async inspect(): Promise<never> {
    throw new ConsoleError('FILE_REFUSED', { reason: 'There is no model host in this test.' });
  }

  chat(_file: string, _owner: string, request: ChatRequest): AsyncIterable<ChatEvent> {
    this.requests.push(request);
    return this.script(request);
  }
}

/** A system without a browser. */
export const noBrowser: BrowserOpener = {
  open: async () => {
    throw new ConsoleError('BROWSER_UNAVAILABLE');
  },
};

/** An embedder that is not installed, so that search goes by words. */
export const noEmbedder: Embedder = {
  dimensions: 384,
  available: async () => false,
  embed: async () => {
    throw new ConsoleError('MODEL_UNAVAILABLE');
  },
};

/** A parser of plain text, without a process of its own. */
export const textParser: DocumentParser = {
  confined: false,
  async parse(_name, bytes) {
    const text = new TextDecoder().decode(bytes);
    if (text.includes('%refuse%')) throw new ConsoleError('DOCUMENT_REFUSED', { reason: 'It is refused.' });
    const problem = text.includes('%partly%') ? 'A part of it is damaged.' : null;
    return { kind: 'text', pages: null, parts: [{ place: 'lines 1–10', text }], problem };
  },
};

/** A network that must not be reached: every use fails the test that made it. */
export function closedNetwork(): Network & { attempts: string[] } {
  const attempts: string[] = [];
  return {
    attempts,
    async lookup(host) {
      attempts.push(`lookup ${host}`);
      throw new ConsoleError('EGRESS_REFUSED');
    },
    client({ host, port }) {
      attempts.push(`connect ${host}:${port}`);
      throw new ConsoleError('EGRESS_REFUSED');
    },
    async connect({ host, port }) {
      attempts.push(`connect ${host}:${port}`);
      throw new ConsoleError('EGRESS_REFUSED');
    },
  };
}

/** A hasher that is quick; argon2id has tests of its own. */
export const quickHasher: PasswordHasher = {
  hash: async (password) => `quick:${password}`,
  verify: async (password, phc) => phc === `quick:${password}`,
  isOutdated: () => false,
  tuning: null,
};
