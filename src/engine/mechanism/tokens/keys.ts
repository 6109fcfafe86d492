import { TOKEN_KEY_DAYS, type TokenKey } from '../../../contract';
import type { Clock, Log, SqlRow } from '../../ports';
import type { AuditDraft } from '../chain';
import type { NewId } from '../ids';
import type { Store } from '../store';
import { keyIdOf, type SigningKey, signingKeyFromSeed } from './signing';
import { createTokenVerifier, signToken, type TokenClaims, type TokenVerifier } from './token';

const DAY_MS = 86_400_000;
const LOOK_MS = 3_600_000;

/** The table of the keys that sign tokens, in both kinds of store. No key is in it: they are derived out of their ids. */
export const TOKEN_KEYS_SCHEMA: readonly string[] = [
  `CREATE TABLE token_keys (
     id TEXT PRIMARY KEY,
     state TEXT NOT NULL UNIQUE CHECK (state IN ('next', 'current', 'previous')),
     created_at INTEGER NOT NULL,
     since INTEGER
   ) STRICT`,
];

/** What a key that signs tokens is derived for, out of the root of its owner and its own random id. */
export function tokenKeyPurpose(id: string): string {
  return `token-key/${id}`;
}

interface TokenKeysOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: NewId;
  /** The tenant's id, or `installation`. */
  readonly tid: string;
  /** 32 bytes of the owner's for this key alone; overwritten here. */
  readonly derive: (id: string) => Uint8Array;
  /** Told which public keys are good, when the set is opened and whenever it changes. */
  readonly onPublicKeys?: (publicKeys: readonly string[]) => Promise<void>;
}

/** The keys that sign the tokens of one tenant, or of the installation: the next, the current and the previous one. */
export interface TokenKeys {
  readonly tid: string;
  sign(claims: Omit<TokenClaims, 'tid'>): Promise<string>;
  verify: TokenVerifier['verify'];
  list(): readonly TokenKey[];
  /** The `kid` of the key that signs after the next roll. */
  nextId(): string;
  /** SPKI in DER, base64: next, current, previous. */
  publicKeys(): readonly string[];
  /**
   * Makes the next key the current one and the current one the previous one; what the one before that has signed is
   * worth nothing from then on. The next one was announced a whole period ago, so that whoever verifies knows it.
   */
  roll(event: AuditDraft): Promise<void>;
  /** Rolls when the current key is too old, now and from then on. @returns what ends that */
  start(): () => void;
}

interface Held extends TokenKey {
  readonly key: SigningKey;
}

const ORDER: readonly TokenKey['state'][] = ['next', 'current', 'previous'];

/** What is asked of the keys of tokens through a contract, the same for a tenant and the installation. */
export function tokenKeyHandlers(tokens: Pick<TokenKeys, 'list' | 'roll' | 'nextId'>) {
  return {
    tokenKeys: async () => [...tokens.list()],
    async rollTokenKey(_input: unknown, call: { event(parts: { target: string }): AuditDraft }) {
      await tokens.roll(call.event({ target: tokens.nextId() }));
      return [...tokens.list()];
    },
  };
}

/** Opens the keys of a store, and makes them where there are none. */
export async function openTokenKeys(options: TokenKeysOptions): Promise<TokenKeys> {
  const { store, clock, log, newId, tid, derive, onPublicKeys } = options;
  let held: readonly Held[] = [];
  let verifier = createTokenVerifier([], tid, clock);

  const insert = (state: 'next' | 'current', since: number | null) => ({
    sql: 'INSERT INTO token_keys (id, state, created_at, since) VALUES (?, ?, ?, ?)',
    params: [newId(), state, clock.now(), since],
  });
  const jobEvent = (): AuditDraft => ({
    at: clock.now(),
    event: 'token-key.rolled',
    actor: 'system:token-keys',
    target: held.length === 0 ? null : nextId(),
    outcome: 'done',
    detail: {},
  });

  function heldFrom(row: SqlRow): Held {
    const seed = derive(String(row.id));
    const key = signingKeyFromSeed(seed);
    seed.fill(0);
    return {
      kid: keyIdOf(key.publicKey),
      state: row.state as TokenKey['state'],
      createdAt: Number(row.created_at),
      since: row.since === null ? null : Number(row.since),
      key,
    };
  }

  async function load(): Promise<void> {
    const rows = await store.read('SELECT * FROM token_keys');
    held = rows.map(heldFrom).sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
    verifier = createTokenVerifier(publicKeys(), tid, clock);
  }

  function publicKeys(): string[] {
    return held.map(({ key }) => key.publicKey);
  }

  function the(state: TokenKey['state']): Held {
    const found = held.find((each) => each.state === state);
    if (!found) throw new Error(`there is no ${state} key of tokens`);
    return found;
  }

  const nextId = () => the('next').kid;

  async function announce(): Promise<void> {
    try {
      await onPublicKeys?.(publicKeys());
    } catch (problem) {
      // The key that signs now was announced when it was the next one; the newest is announced at the next opening.
      log.error('the public keys of tokens were not announced', problem);
    }
  }

  async function roll(event: AuditDraft): Promise<void> {
    await store.write({
      statements: [
        { sql: "DELETE FROM token_keys WHERE state = 'previous'", params: [] },
        { sql: "UPDATE token_keys SET state = 'previous' WHERE state = 'current'", params: [], expect: 1 },
        {
          sql: "UPDATE token_keys SET state = 'current', since = ? WHERE state = 'next'",
          params: [clock.now()],
          expect: 1,
        },
        insert('next', null),
      ],
      events: [event],
    });
    await load();
    await announce();
  }

  async function rollWhenDue(): Promise<void> {
    const age = clock.now() - (the('current').since ?? clock.now());
    if (age >= TOKEN_KEY_DAYS * DAY_MS && store.health === 'healthy') await roll(jobEvent());
  }

  await load();
  if (held.length === 0) {
    await store.write({
      statements: [insert('current', clock.now()), insert('next', null)],
      events: [{ ...jobEvent(), event: 'token-key.made' }],
    });
    await load();
  }
  await announce();

  return {
    tid,
    sign: (claims) => signToken(the('current').key, { ...claims, tid }),
    verify: (token) => verifier.verify(token),
    list: () => held.map(({ key: _, ...shown }) => shown),
    nextId,
    publicKeys,
    roll,
    start() {
      const look = () =>
        void rollWhenDue().catch((problem: unknown) => {
          if (!store.isClosed) log.error('the key of tokens was not rolled', problem);
        });
      look();
      return clock.every(LOOK_MS, look);
    },
  };
}
