import { lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConsoleError } from '../../../contract';
import type { Keychain } from '../keychain';
import { EnvelopeError, type FileKey, makeFileKey, openEnvelope, sealEnvelope } from './envelope';
import { readPrivate, replacePrivate, requirePrivateFolder } from './storage';

export const SEALED_FILE = 'keystore.sealed';

/** Shorter ones are guessed, whatever argon2id costs. */
export const SHORTEST_PASSPHRASE = 12;

const Content = z.strictObject({ entries: z.record(z.string(), z.string()) });
type Entries = Readonly<Record<string, string>>;

/** A sealed file that was opened: what a keychain is elsewhere. */
export interface SealedFile extends Keychain {
  entries(): Entries;
  /** Puts all of this in the place of what there is. */
  replace(entries: Entries): Promise<void>;
  /** Seals it under another passphrase and another file key, so that the old one opens no copy made from now on. */
  changePassphrase(passphrase: Uint8Array): Promise<void>;
}

interface Owner {
  readonly dataFolder: string;
  readonly installationId: string;
}

/**
 * Opens the sealed file of a data folder.
 * @throws ConsoleError KEY_MISSING when there is none, KEYSTORE_INSECURE, or KEYSTORE_UNAVAILABLE for a wrong passphrase, a
 *   damaged file or one of another installation
 */
export async function openSealedFile(owner: Owner, passphrase: Uint8Array): Promise<SealedFile> {
  requirePrivateFolder(owner.dataFolder);
  const bytes = await readPrivate(join(owner.dataFolder, SEALED_FILE));
  if (!bytes) throw new ConsoleError('KEY_MISSING');
  const { fileKey, installationId, revision, content } = await opened(bytes, passphrase);
  if (installationId !== owner.installationId) {
    throw unavailable('The sealed file is one of another installation. Restore that of this data folder.');
  }
  const { entries } = Content.parse(JSON.parse(content.toString('utf8')));
  content.fill(0);
  return sealedFile(owner, fileKey, revision, entries);
}

/** Whether there is anything of its name. */
export function hasSealedFile(dataFolder: string): boolean {
  return lstatSync(join(dataFolder, SEALED_FILE), { throwIfNoEntry: false }) !== undefined;
}

/** Removes the sealed file of a data folder. Resolves also when there is none. */
export function removeSealedFile(dataFolder: string): void {
  rmSync(join(dataFolder, SEALED_FILE), { force: true });
}

/** Makes a sealed file in the place of any that there is. @throws ConsoleError KEYSTORE_UNAVAILABLE, KEYSTORE_INSECURE */
export async function makeSealedFile(owner: Owner, passphrase: Uint8Array): Promise<SealedFile> {
  requirePrivateFolder(owner.dataFolder);
  requireLength(passphrase);
  const fileKey = await makeFileKey(passphrase, owner.installationId);
  const made = sealedFile(owner, fileKey, 0n, {});
  await made.replace({});
  return made;
}

/** @throws ConsoleError KEYSTORE_UNAVAILABLE when a passphrase is too short to be one */
export function requireLength(passphrase: Uint8Array): void {
  if (Buffer.from(passphrase).toString('utf8').length >= SHORTEST_PASSPHRASE) return;
  throw unavailable(`A passphrase has at least ${SHORTEST_PASSPHRASE} characters.`);
}

function sealedFile(owner: Owner, first: FileKey, firstRevision: bigint, found: Entries): SealedFile {
  const path = join(owner.dataFolder, SEALED_FILE);
  let fileKey = first;
  let revision = firstRevision;
  let entries = found;
  let turn: Promise<void> = Promise.resolve();
  /** What the next write takes along. */
  let waiting: { readonly changes: ((entries: Entries) => Entries)[]; readonly done: Promise<void> } | null =
    null;

  async function write(next: Entries, under: FileKey): Promise<void> {
    const content = Buffer.from(JSON.stringify({ entries: next }), 'utf8');
    const bytes = sealEnvelope(under, revision + 1n, content);
    content.fill(0);
    await replacePrivate(path, bytes);
    revision += 1n;
    entries = next;
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  /** Whoever comes while the file is being written shares the next write. */
  function change(step: (entries: Entries) => Entries): Promise<void> {
    if (!waiting) {
      const changes: ((entries: Entries) => Entries)[] = [];
      const done = inTurn(() => {
        waiting = null;
        return write(
          changes.reduce((all, each) => each(all), entries),
          fileKey,
        );
      });
      waiting = { changes, done };
    }
    waiting.changes.push(step);
    return waiting.done;
  }

  return {
    entries: () => entries,
    get: async (account) => {
      await turn;
      return Object.hasOwn(entries, account) ? (entries[account] ?? null) : null;
    },
    set: (account, text) => change((all) => ({ ...all, [account]: text })),
    remove: (account) => change(({ [account]: _removed, ...others }) => others),
    replace: (all) => change(() => all),
    changePassphrase: (passphrase) => {
      requireLength(passphrase);
      return inTurn(async () => {
        const next = await makeFileKey(passphrase, owner.installationId);
        await write(entries, next);
        fileKey.key.fill(0);
        fileKey = next;
      });
    },
  };
}

async function opened(bytes: Buffer, passphrase: Uint8Array) {
  try {
    return await openEnvelope(bytes, passphrase);
  } catch (problem) {
    if (!(problem instanceof EnvelopeError)) throw problem;
    throw new ConsoleError('KEYSTORE_UNAVAILABLE', { reason: WORDS[problem.why] }, problem);
  }
}

const WORDS: Readonly<Record<EnvelopeError['why'], string>> = {
  format: 'The file keystore.sealed is damaged or of another version. Restore it from a backup.',
  passphrase: 'The passphrase is not the one of the sealed file, or its beginning is damaged.',
  damaged: 'The file keystore.sealed is damaged. Restore it from a backup.',
};

function unavailable(reason: string): ConsoleError {
  return new ConsoleError('KEYSTORE_UNAVAILABLE', { reason });
}
