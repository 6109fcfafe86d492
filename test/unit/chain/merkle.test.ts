import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  leafHash,
  nodeHash,
  perfectRoot,
  TILE,
  TiledTree,
  TreeEdge,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/engine/mechanism/chain';

const hashOf = (index: number): string => createHash('sha256').update(`event ${index}`).digest('hex');
const MOST = 1_300;
const HASHES = Array.from({ length: MOST }, (_, index) => hashOf(index));

/** MTH of RFC 6962 as it is written down, without a thought of speed. */
function reference(hashes: readonly string[]): Buffer {
  if (hashes.length === 0) return createHash('sha256').digest();
  if (hashes.length === 1) return leafHash(hashes[0] as string);
  let half = 1;
  while (half * 2 < hashes.length) half *= 2;
  return nodeHash(reference(hashes.slice(0, half)), reference(hashes.slice(half)));
}

/** Tiles as a store keeps them: only full ones. */
const tree = new TiledTree(async (level, position, count) => {
  const at = (lvl: number, index: number): Buffer =>
    lvl === 0
      ? leafHash(HASHES[index] as string)
      : perfectRoot(Array.from({ length: TILE }, (_, offset) => at(lvl - 1, index * TILE + offset)));
  return Array.from({ length: count }, (_, offset) => at(level, position + offset));
});

const sizes = fc.integer({ min: 1, max: MOST });
const root = (size: number): string => reference(HASHES.slice(0, size)).toString('hex');
const hex = (path: readonly Buffer[]): string[] => path.map((node) => node.toString('hex'));

describe('the Merkle tree of RFC 6962', () => {
  test('has the roots of its known answers', () => {
    // The vectors of the RFC's reference implementation hash data into leaves; a leaf of ours holds 32 bytes.
    expect(new TreeEdge().root()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    const zero = '0'.repeat(64);
    expect(leafHash(zero).toString('hex')).toBe(createHash('sha256').update(Buffer.alloc(33)).digest('hex'));
    expect(() => leafHash('ab')).toThrow(RangeError);
  });

  test('is the same leaf by leaf, out of tiles, and as the RFC writes it', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        const edge = new TreeEdge();
        for (const hash of HASHES.slice(0, size)) edge.append(hash);
        expect(edge.root()).toBe(root(size));
        expect((await tree.root(size)).toString('hex')).toBe(root(size));
        expect(hex(await tree.edge(size))).toEqual(edge.roots());
        expect(TreeEdge.from(size, edge.roots()).root()).toBe(root(size));
      }),
      { numRuns: 20 },
    );
  });

  test('proves that an event is in it, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (size, pick) => {
        const leaf = pick % size;
        const path = hex(await tree.inclusion(leaf, size));
        expect(verifyInclusion(hashOf(leaf), { leaf, size, path }, root(size))).toBe(true);
        expect(verifyInclusion(hashOf(leaf + 1), { leaf, size, path }, root(size))).toBe(false);
        expect(verifyInclusion(hashOf(leaf), { leaf, size, path: [...path, hashOf(1)] }, root(size))).toBe(
          false,
        );
        if (path.length > 0)
          expect(verifyInclusion(hashOf(leaf), { leaf, size, path: path.slice(1) }, root(size))).toBe(false);
        expect(verifyInclusion(hashOf(leaf), { leaf: size, size, path }, root(size))).toBe(false);
      }),
      { numRuns: 40 },
    );
    await expect(tree.inclusion(5, 5)).rejects.toThrow(RangeError);
  });

  test('proves that a smaller tree is its beginning, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, sizes, async (one, two) => {
        const [small, large] = one < two ? [one, two] : [two, one];
        const first = { size: small, root: root(small) };
        const second = { size: large, root: root(large) };
        const proof = hex(await tree.consistency(small, large));
        expect(verifyConsistency(first, second, proof)).toBe(true);
        expect(verifyConsistency({ ...first, root: hashOf(7) }, second, proof)).toBe(false);
        expect(verifyConsistency(first, { ...second, root: hashOf(7) }, proof)).toBe(false);
        expect(verifyConsistency(first, second, [...proof, hashOf(1)])).toBe(false);
      }),
      { numRuns: 40 },
    );
    await expect(tree.consistency(0, 5)).rejects.toThrow(RangeError);
  });

  test('refuses an edge that does not belong to its size', () => {
    const edge = new TreeEdge();
    for (const hash of HASHES.slice(0, 11)) edge.append(hash);
    expect(() => TreeEdge.from(12, edge.roots())).toThrow(RangeError);
    expect(() => TreeEdge.from(11, [...edge.roots(), hashOf(1)])).toThrow(RangeError);
    expect(() => TreeEdge.from(11, ['xy', ...edge.roots().slice(1)])).toThrow(RangeError);
  });
});
