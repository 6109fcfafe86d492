import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditEvidence } from '../../../src/contract';
import { readDetail } from '../../../src/engine/mechanism/chain';
import { verifyEd25519 } from '../../../src/renderer/features/audit/ed25519';
import { checkProof } from '../../../src/renderer/features/audit/proof';
import { MemoryKeep, openTrail } from '../../support/auditTrail';
import { temporaryFolder } from '../../support/temporaryFolder';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

describe('a signature that is checked in the window', () => {
  // RFC 8032, 7.1: tests 1, 2 and 3.
  test.each([
    [
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ])('fits its key and message: %s', async (key, message, signature) => {
    expect(await verifyEd25519(hex(key), hex(message), hex(signature))).toBe(true);
    expect(await verifyEd25519(hex(key), hex(`${message}00`), hex(signature))).toBe(false);
  });

  test('is taken when OpenSSL made it, and not when a bit of anything is another', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const key = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(12));
    const message = new Uint8Array(Buffer.from('a checkpoint'));
    const signature = new Uint8Array(sign(null, message, privateKey));
    expect(await verifyEd25519(key, message, signature)).toBe(true);
    const flip = (bytes: Uint8Array, bit: number): Uint8Array =>
      bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 511 }), async (bit) => {
        expect(await verifyEd25519(key, message, flip(signature, bit))).toBe(false);
        expect(await verifyEd25519(flip(key, bit % 256), message, signature)).toBe(false);
        expect(await verifyEd25519(key, flip(message, bit % 96), signature)).toBe(false);
      }),
      { numRuns: 25 },
    );
    expect(await verifyEd25519(key.subarray(1), message, signature)).toBe(false);
  });
});

describe('the proof of an event that is calculated in the window', () => {
  test('holds for what the engine sent, and says which step does not when something was changed', async () => {
    const file = `${await temporaryFolder()}/store.db`;
    const { trail, store, appendAtOnce } = await openTrail(file, false, new MemoryKeep());
    await store.write({
      events: [
        {
          at: 1,
          event: 'a.b',
          actor: 'user:é',
          target: null,
          outcome: 'done',
          detail: { z: 'ü"\n', a: null, b: 1.5, c: true },
        },
      ],
    });
    await appendAtOnce(600);
    await trail.checkpoint();
    for (const sequence of [1, 2, 256, 257, 600, 601]) {
      const { record, ...proof } = await trail.evidence(sequence);
      const { body, ...place } = record;
      const event = { ...body, ...place, actorName: '', ...readDetail(body.detail) };
      const evidence: AuditEvidence = { event, ...proof };
      const good = { content: true, inclusion: true, signature: true };
      expect(await checkProof(evidence)).toEqual(good);
      expect(await checkProof({ ...evidence, event: { ...event, actor: 'user:2' } })).toEqual({
        ...good,
        content: false,
      });
      const path = [...evidence.path].reverse();
      expect(await checkProof({ ...evidence, path })).toEqual({ ...good, inclusion: false });
      const checkpoint = { ...evidence.checkpoint, at: 5 };
      expect(await checkProof({ ...evidence, checkpoint })).toEqual({ ...good, signature: false });
    }
    await store.close();
  });
});
