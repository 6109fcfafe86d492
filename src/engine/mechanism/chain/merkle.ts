import { createHash } from 'node:crypto';

/*
 * The Merkle tree of RFC 6962 (section 2.1), its proofs and their checks as RFC 9162 writes them down. The data of
 * a leaf is the 32-byte hash of an audit event; leaf n−1 is event n.
 */

/** SHA-256(0x00 ‖ hash of the event). @param eventHash 64 hexadecimal digits */
export function leafHash(eventHash: string): Buffer {
  const bytes = Buffer.allocUnsafe(33);
  bytes[0] = 0;
  if (bytes.write(eventHash, 1, 'hex') !== 32) throw new RangeError('a leaf is the hash of an event');
  return sha256(bytes);
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(65);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 33);
  return sha256(bytes);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** The root of a tree without leaves. */
const EMPTY = sha256(new Uint8Array());

/** Joins the roots of perfect trees that stand beside each other, from the largest to the smallest. */
function foldRight(roots: readonly Buffer[]): Buffer {
  const last = roots.at(-1);
  if (!last) return EMPTY;
  return roots.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/** The largest power of two below a number of leaves. */
function split(leaves: number): number {
  let half = 1;
  while (half * 2 < leaves) half *= 2;
  return half;
}

/** The largest power of two that is not above a number of leaves, and its exponent. */
function perfectWithin(leaves: number): { size: number; height: number } {
  let size = 1;
  let height = 0;
  while (size * 2 <= leaves) {
    size *= 2;
    height += 1;
  }
  return { size, height };
}

/**
 * The right edge of a growing tree: the roots of the perfect trees that its leaves make up, largest first. It takes
 * leaves one by one in constant memory.
 */
export class TreeEdge {
  readonly #roots: Buffer[] = [];
  readonly #heights: number[] = [];
  #size = 0;

  /**
   * @param size leaves that are in the tree already
   * @param roots their perfect trees, hexadecimal, largest first
   * @throws RangeError when the roots are not as many as the size has
   */
  static from(size: number, roots: readonly string[]): TreeEdge {
    const edge = new TreeEdge();
    let left = size;
    for (const root of roots) {
      if (left === 0 || !/^[0-9a-f]{64}$/.test(root))
        throw new RangeError('the edge of the tree is malformed');
      const { size: taken, height } = perfectWithin(left);
      edge.#roots.push(Buffer.from(root, 'hex'));
      edge.#heights.push(height);
      left -= taken;
    }
    if (left !== 0) throw new RangeError('the edge of the tree is malformed');
    edge.#size = size;
    return edge;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds the leaf of one event. @param eventHash 64 hexadecimal digits */
  append(eventHash: string): void {
    let root = leafHash(eventHash);
    let height = 0;
    while (this.#heights.at(-1) === height) {
      this.#heights.pop();
      root = nodeHash(this.#roots.pop() as Buffer, root);
      height += 1;
    }
    this.#roots.push(root);
    this.#heights.push(height);
    this.#size += 1;
  }

  /** The root of the whole, hexadecimal. */
  root(): string {
    return foldRight(this.#roots).toString('hex');
  }

  /** The roots of its perfect trees, hexadecimal, largest first. */
  roots(): string[] {
    return this.#roots.map((root) => root.toString('hex'));
  }
}

/** So many levels of the tree are one level of tiles: the root of each 256 nodes is kept. */
const TILE_HEIGHT = 8;
export const TILE = 1 << TILE_HEIGHT;

/**
 * Reads nodes of a tree: level 0 are its leaves, level n the roots of 256 nodes each of level n−1.
 * @returns exactly `count` nodes from `position` on, or throws
 */
export type ReadNodes = (level: number, position: number, count: number) => Promise<Buffer[]>;

/** A tree whose nodes are kept elsewhere. A question reads at most 256 nodes a level. */
export class TiledTree {
  readonly #read: ReadNodes;

  constructor(read: ReadNodes) {
    this.#read = read;
  }

  /** The root of its first leaves. */
  root(size: number): Promise<Buffer> {
    return this.#rangeRoot(0, size);
  }

  /** The roots of the perfect trees that its first leaves make up, largest first. */
  async edge(size: number): Promise<Buffer[]> {
    return this.#perfects(0, size);
  }

  /** PATH(leaf, D[size]) of RFC 6962: from the leaf up. @param leaf counted from 0 */
  async inclusion(leaf: number, size: number): Promise<Buffer[]> {
    if (leaf < 0 || leaf >= size) throw new RangeError('the leaf is not in the tree');
    return this.#path(leaf, 0, size);
  }

  /** PROOF(first, D[second]) of RFC 6962: that the smaller tree is the beginning of the larger one. */
  async consistency(first: number, second: number): Promise<Buffer[]> {
    if (first < 1 || first > second) throw new RangeError('the first tree is not a beginning of the second');
    return this.#subproof(first, 0, second, true);
  }

  async #path(leaf: number, start: number, end: number): Promise<Buffer[]> {
    if (end - start === 1) return [];
    const middle = start + split(end - start);
    if (leaf < middle)
      return [...(await this.#path(leaf, start, middle)), await this.#rangeRoot(middle, end)];
    return [...(await this.#path(leaf, middle, end)), await this.#rangeRoot(start, middle)];
  }

  async #subproof(first: number, start: number, end: number, whole: boolean): Promise<Buffer[]> {
    if (first === end) return whole ? [] : [await this.#rangeRoot(start, end)];
    const middle = start + split(end - start);
    if (first <= middle)
      return [...(await this.#subproof(first, start, middle, whole)), await this.#rangeRoot(middle, end)];
    return [...(await this.#subproof(first, middle, end, false)), await this.#rangeRoot(start, middle)];
  }

  async #rangeRoot(start: number, end: number): Promise<Buffer> {
    return foldRight(await this.#perfects(start, end));
  }

  async #perfects(start: number, end: number): Promise<Buffer[]> {
    const roots: Buffer[] = [];
    for (let at = start; at < end; ) {
      const { size, height } = perfectWithin(end - at);
      roots.push(await this.#perfectRoot(at, height));
      at += size;
    }
    return roots;
  }

  async #perfectRoot(start: number, height: number): Promise<Buffer> {
    const level = Math.floor(height / TILE_HEIGHT);
    const nodes = await this.#read(level, start / TILE ** level, 2 ** (height % TILE_HEIGHT));
    return perfectRoot(nodes);
  }
}

/** The root over a number of nodes that is a power of two. */
export function perfectRoot(nodes: readonly Buffer[]): Buffer {
  let row: Buffer[] = [...nodes];
  while (row.length > 1) {
    row = row.flatMap((left, index) => (index % 2 === 0 ? [nodeHash(left, row[index + 1] as Buffer)] : []));
  }
  return row[0] as Buffer;
}

/** Says that an event is in the tree of a checkpoint. */
export interface InclusionProof {
  /** Counted from 0. */
  readonly leaf: number;
  readonly size: number;
  /** Hexadecimal, from the leaf up. */
  readonly path: readonly string[];
}

/** Checks an inclusion proof (RFC 9162, 2.1.3.2). @param eventHash and root hexadecimal */
export function verifyInclusion(
  eventHash: string,
  { leaf, size, path }: InclusionProof,
  root: string,
): boolean {
  if (leaf < 0 || leaf >= size) return false;
  let position = leaf;
  let last = size - 1;
  let hash = leafHash(eventHash);
  for (const step of path) {
    if (last === 0) return false;
    const sibling = Buffer.from(step, 'hex');
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(sibling, hash);
      while (position % 2 === 0 && position !== 0) {
        position = Math.floor(position / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && hash.toString('hex') === root;
}

/** Checks that the tree of one root is the beginning of that of another (RFC 9162, 2.1.4.2). */
export function verifyConsistency(
  first: { readonly size: number; readonly root: string },
  second: { readonly size: number; readonly root: string },
  proof: readonly string[],
): boolean {
  if (first.size < 1 || first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && first.root === second.root;
  const isPerfect = perfectWithin(first.size).size === first.size;
  const [seed, ...steps] = (isPerfect ? [first.root, ...proof] : proof).map((step) =>
    Buffer.from(step, 'hex'),
  );
  if (!seed) return false;
  let position = first.size - 1;
  let last = second.size - 1;
  while (position % 2 === 1) {
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  let one: Buffer = seed;
  let two: Buffer = seed;
  for (const step of steps) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      one = nodeHash(step, one);
      two = nodeHash(step, two);
      while (position % 2 === 0 && position !== 0) {
        position = Math.floor(position / 2);
        last = Math.floor(last / 2);
      }
    } else {
      two = nodeHash(two, step);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && one.toString('hex') === first.root && two.toString('hex') === second.root;
}
