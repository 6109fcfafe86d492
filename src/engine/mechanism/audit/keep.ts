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
