import type { Keystore } from '../../ports';

/** Where the newest checkpoint is kept outside of the database. */
export interface CheckpointKeep {
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
}

/** Keeps it in the keystore. @param owner `installation` or a tenant's id */
export function createCheckpointKeep(
  keystore: Pick<Keystore, 'readSecret' | 'writeSecret'>,
  owner: string,
): CheckpointKeep {
  const name = { kind: 'checkpoint', owner } as const;
  return {
    read: () => keystore.readSecret(name),
    write: (text) => keystore.writeSecret(name, text),
  };
}

/** A keep that says it holds nothing and takes nothing, until it is released. */
export interface HeldKeep extends CheckpointKeep {
  /** From now on it is the keep behind it. */
  release(): void;
}

/** For a database that may be older than what is kept: nothing is changed outside of it before that was accepted. */
export function holdKeep(keep: CheckpointKeep): HeldKeep {
  let isHeld = true;
  return {
    read: async () => (isHeld ? null : keep.read()),
    write: async (text) => {
      if (!isHeld) await keep.write(text);
    },
    release() {
      isHeld = false;
    },
  };
}
