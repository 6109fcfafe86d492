import {
  type AuditCheckpoint,
  type AuditEvidence,
  type AuditSignedHead,
  type AuditState,
  ConsoleError,
} from '../../../contract';
import type { Clock, Log } from '../../ports';
import {
  type AuditDraft,
  type AuditPlace,
  type AuditRecord,
  type AuditSigner,
  auditSignatures,
  ChainWalk,
  faultWords,
  GENESIS,
  keyIdOf,
  perfectRoot,
  readCheckpoint,
  TILE,
  TiledTree,
  writeCheckpoint,
} from '../chain';
import type { Store } from '../store';
import { exportChain } from './exporting';
import type { CheckpointKeep } from './keep';
import { type KeepSegment, pruneWrite, readSignedHead } from './prune';
import {
  checkpointRow,
  fullTiles,
  nodesOf,
  readNewestCheckpoint,
  readRecords,
  recordFrom,
  type Tile,
  tileRows,
} from './rows';
import type { LiveChain } from './verify';

export interface TrailParts {
  readonly store: Store;
  readonly signer: AuditSigner;
  readonly keep: CheckpointKeep;
  readonly clock: Clock;
  readonly log: Log;
}

/** A checkpoint is made so often while there are new events. */
const CHECKPOINT_EVERY_MS = 5 * 60_000;
/** A checkpoint covers at most so many new events, so that making one is bounded; more are several checkpoints. */
const MOST_EVENTS = 65_536;
/** So many events are pruned in one transaction at most; a number of whole tiles. */
const SEGMENT = 32 * TILE;

const broken = (reason: string): ConsoleError => new ConsoleError('AUDIT_BROKEN', { reason });

/**
 * The audit trail of one store: checkpoints over its chain, signed, kept in the database and the newest of them
 * outside, so that a database that was put back or cut off is noticed when it is opened.
 */
export class AuditTrail {
  readonly #parts: TrailParts;
  #newest: AuditCheckpoint | null = null;
  #kept: AuditCheckpoint | null = null;
  /** What pruned events left. */
  #from: AuditSignedHead | null = null;
  #making: Promise<unknown> = Promise.resolve();
  #stop: () => void = () => undefined;

  private constructor(parts: TrailParts) {
    this.#parts = parts;
  }

  /**
   * Holds the store against its newest checkpoints.
   * @throws ConsoleError AUDIT_BROKEN when the chain is not the one that was signed, AUDIT_TRUNCATED when it ends before
   *   it; what the keystore throws
   */
  static async open(parts: TrailParts): Promise<AuditTrail> {
    const trail = new AuditTrail(parts);
    await trail.#requireSigned();
    return trail;
  }

  /** Makes a checkpoint every few minutes from now on, until it is closed. */
  start(): void {
    this.#stop = this.#parts.clock.every(CHECKPOINT_EVERY_MS, () => {
      this.checkpoint().catch((problem: unknown) => this.#failed(problem));
    });
  }

  /** The newest checkpoint, which covers every event that was on the disk when it was asked for. `null`: no event. */
  checkpoint(): Promise<AuditCheckpoint | null> {
    const made = this.#making.then(() => this.#catchUp());
    this.#making = made.catch(() => undefined);
    return made;
  }

  /** The chain as it lies now, to be verified. */
  live(): LiveChain {
    const { store, signer } = this.#parts;
    return {
      read: this.#read,
      origin: signer.origin,
      publicKeys: signer.trusted,
      from: this.#from,
      through: store.auditHead().sequence,
      kept: this.#kept,
    };
  }

  /** What an export of the chain is made of, without its closing checkpoint. */
  exported() {
    const { publicKey, links } = this.#parts.signer;
    return { read: this.#read, publicKey, links, from: this.#from };
  }

  /** How the chain stands. */
  async state(): Promise<AuditState> {
    const { store, signer } = this.#parts;
    const [row] = await store.read(
      `SELECT (SELECT count(*) FROM audit_checkpoints) AS checkpoints,
              (SELECT min(sequence) FROM audit_events) AS first`,
    );
    return {
      origin: signer.origin,
      events: store.auditHead().sequence,
      first: Number(row?.first ?? 0),
      checkpoints: Number(row?.checkpoints ?? 0),
      newest: this.#newest,
      kept: this.#kept && { size: this.#kept.size, at: this.#kept.at },
      publicKey: signer.publicKey,
      keyId: keyIdOf(signer.publicKey),
    };
  }

  /** An event with its proof. @throws ConsoleError NOT_FOUND when it is not there, or was pruned */
  async evidence(sequence: number): Promise<Omit<AuditEvidence, 'event'> & { record: AuditRecord }> {
    const { store, signer } = this.#parts;
    const [row] = await store.read('SELECT * FROM audit_events WHERE sequence = ?', [sequence]);
    if (!row) throw new ConsoleError('NOT_FOUND');
    const covered = this.#newest && this.#newest.size >= sequence ? this.#newest : await this.checkpoint();
    if (!covered) throw new ConsoleError('NOT_FOUND');
    const path = await new TiledTree(nodesOf(this.#read)).inclusion(sequence - 1, covered.size);
    return {
      record: recordFrom(row),
      checkpoint: covered,
      path: path.map((node) => node.toString('hex')),
      publicKey: signer.trusted.find((key) => keyIdOf(key) === covered.keyId) ?? signer.publicKey,
    };
  }

  /**
   * Prunes the oldest segment whose events are all older than a time: exports it, then removes it and leaves a signed
   * head behind, in one transaction.
   * @param before milliseconds since 1970 UTC
   * @returns the number of the last event that was pruned, or `null` when there is no whole segment so old
   */
  prune(before: number, keep: KeepSegment, draft: AuditDraft): Promise<number | null> {
    const pruned = this.#making.then(() => this.#pruneSegment(before, keep, draft));
    this.#making = pruned.catch(() => undefined);
    return pruned;
  }

  /** Makes the last checkpoint. The store must still be open. */
  async close(): Promise<void> {
    this.#stop();
    await this.checkpoint().catch((problem: unknown) => this.#failed(problem));
  }

  readonly #read: Store['read'] = (sql, params) => this.#parts.store.read(sql, params);

  #failed(problem: unknown): void {
    this.#parts.log.error('no audit checkpoint could be made', problem, {
      origin: this.#parts.signer.origin,
    });
  }

  async #requireSigned(): Promise<void> {
    const { store, signer, keep } = this.#parts;
    const signatures = auditSignatures(signer.trusted, signer.origin);
    const text = await keep.read();
    const kept = text === null ? null : readCheckpoint(text);
    if (text !== null && !(kept && signatures.isCheckpoint(kept)))
      throw broken(
        'What is kept in the keychain in place of the newest audit checkpoint is none of this installation.',
      );
    this.#from = await readSignedHead(this.#read, signer.origin);
    if (this.#from && !signatures.isHead(this.#from))
      throw broken(`What the pruned events up to ${this.#from.sequence} left does not carry its signature.`);
    const newest = await readNewestCheckpoint(this.#read, signer.origin);
    if (newest && !signatures.isCheckpoint(newest))
      throw broken(`The checkpoint over ${newest.size} audit events does not carry its signature.`);
    if (newest) await this.#requireEvent(newest);
    if (kept) await this.#requireEvent(kept);
    this.#newest = newest;
    this.#kept = kept;
    if (newest && !kept) await this.#recordMissing(newest, store);
  }

  /** The database goes at least as far as the checkpoint and holds there what was signed. */
  async #requireEvent({ size, head }: AuditCheckpoint): Promise<void> {
    const [row] = await this.#parts.store.read('SELECT hash FROM audit_events WHERE sequence = ?', [size]);
    if (row?.hash === head) return;
    const last = this.#parts.store.auditHead().sequence;
    if (last >= size) throw broken(`Audit event ${size} is not the one that was signed.`);
    throw new ConsoleError('AUDIT_TRUNCATED', {
      reason: `The database ends at audit event ${last} and ${size} events were signed: it was cut off or put back to an older state.`,
    });
  }

  /** The keychain has lost the checkpoint, or somebody removed it: from now on the chain itself says so. */
  async #recordMissing(newest: AuditCheckpoint, store: Store): Promise<void> {
    await store.write({
      events: [
        {
          at: this.#parts.clock.now(),
          event: 'audit.kept-checkpoint-missing',
          actor: 'system:audit',
          target: null,
          outcome: 'failed',
          detail: { checkpoint: newest.size },
        },
      ],
    });
  }

  async #catchUp(): Promise<AuditCheckpoint | null> {
    const through = this.#parts.store.auditHead().sequence;
    while ((this.#newest?.size ?? 0) < through) {
      const size = Math.min(through, (this.#newest?.size ?? 0) + MOST_EVENTS);
      await this.#make(size);
    }
    if (this.#newest && this.#newest.size !== this.#kept?.size) {
      await this.#parts.keep.write(writeCheckpoint(this.#newest));
      this.#kept = this.#newest;
    }
    return this.#newest;
  }

  async #pruneSegment(before: number, keep: KeepSegment, draft: AuditDraft): Promise<number | null> {
    const { store, signer, clock } = this.#parts;
    const begin = this.#from?.sequence ?? 0;
    const [row] = await store.read('SELECT min(sequence) AS first FROM audit_events WHERE at >= ?', [before]);
    const newest = await this.#catchUp();
    // The newest event always stays: the chain goes on after it.
    const old = Math.min(
      row?.first === null ? Number.MAX_SAFE_INTEGER : Number(row?.first) - 1,
      (newest?.size ?? 0) - 1,
    );
    const through = Math.min(Math.floor(old / TILE) * TILE, begin + SEGMENT);
    if (through <= begin) return null;
    const place = await this.#placeOf(through);
    const tree = new TiledTree(nodesOf(this.#read));
    const closing = signer.checkpoint(place, (await tree.root(through)).toString('hex'), clock.now());
    const chain = { ...this.exported(), closing, at: clock.now() };
    let text = '';
    for await (const piece of exportChain('jsonl', chain, new AbortController().signal)) text += piece.text;
    const kept = await keep(text);
    const edge = (await tree.edge(through)).map((node) => node.toString('hex'));
    const head = signer.head(place, edge, clock.now());
    await store.write(pruneWrite(head, kept, { from: begin + 1, events: through - begin }, draft));
    this.#from = head;
    return through;
  }

  async #placeOf(sequence: number): Promise<AuditPlace> {
    const [row] = await this.#parts.store.read('SELECT hash FROM audit_events WHERE sequence = ?', [
      sequence,
    ]);
    if (!row) throw broken(`Audit event ${sequence} was removed.`);
    return { sequence, hash: String(row.hash) };
  }

  /** Verifies what is new, adds it to the tree and signs. */
  async #make(size: number): Promise<void> {
    const { store, signer, clock } = this.#parts;
    const from = this.#newest ? { sequence: this.#newest.size, hash: this.#newest.head } : GENESIS;
    const head = await this.#requireChain(from, size);
    const tiles = await this.#newTiles(from.sequence, size);
    const root = await new TiledTree(nodesOf(this.#read, tiles)).root(size);
    const checkpoint = signer.checkpoint(head, root.toString('hex'), clock.now());
    await store.write({ rows: [tileRows(tiles), checkpointRow(checkpoint)], events: [], housekeeping: true });
    this.#newest = checkpoint;
  }

  async #requireChain(from: AuditPlace, size: number): Promise<AuditPlace> {
    const walk = new ChainWalk({ from });
    for await (const records of readRecords(this.#read, from.sequence, size)) {
      for (const record of records) walk.push(record);
    }
    const verdict = walk.end();
    if (!verdict.ok) throw broken(faultWords({ ...verdict, until: verdict.sequence, checkpoints: 0 }));
    if (verdict.head.sequence !== size) throw broken(`Audit event ${verdict.head.sequence + 1} was removed.`);
    return verdict.head;
  }

  /** The tiles that became full between two sizes. */
  async #newTiles(from: number, size: number): Promise<Tile[]> {
    const tiles: Tile[] = [];
    for (let level = 1; fullTiles(size, level) > fullTiles(from, level); level += 1) {
      const read = nodesOf(this.#read, tiles);
      for (let position = fullTiles(from, level); position < fullTiles(size, level); position += 1) {
        tiles.push({ level, position, hash: perfectRoot(await read(level - 1, position * TILE, TILE)) });
      }
    }
    return tiles;
  }
}
