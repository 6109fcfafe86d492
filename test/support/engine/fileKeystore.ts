import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RotatedKeyName } from '../../../src/engine/ports';
import { MemoryKeystore } from './fakes';

/** A keystore that outlives its process: keys in a file beside the data folder, written whole or not at all. */
export class FileKeystore extends MemoryKeystore {
  readonly #file: string;

  /** @param folder the data folder, to see which databases exist; the keys lie in `FOLDER.keys` */
  constructor(folder: string) {
    super();
    this.#file = `${folder}.keys`;
    if (existsSync(this.#file)) {
      const kept = JSON.parse(readFileSync(this.#file, 'utf8')) as Record<string, string>;
      for (const [name, key] of Object.entries(kept)) {
        this.keys.set(name, new Uint8Array(Buffer.from(key, 'base64')));
      }
    }
    this.databaseExists = (name) =>
      existsSync(
        join(folder, name.startsWith('tenant:') ? `tenants/${name.slice(7)}/tenant.db` : 'catalog.db'),
      );
  }

  override async createKey(name: { kind: string; tenantId?: string }): Promise<Uint8Array> {
    const key = await super.createKey(name);
    this.#save();
    return key;
  }

  override async destroyKey(name: { kind: string; tenantId?: string }): Promise<void> {
    await super.destroyKey(name);
    this.#save();
  }

  override async adoptNextKey(name: RotatedKeyName): Promise<void> {
    await super.adoptNextKey(name);
    this.#save();
  }

  override async restoreKey(name: { kind: string; tenantId?: string }, key: Uint8Array): Promise<void> {
    await super.restoreKey(name, key);
    this.#save();
  }

  #save(): void {
    const kept = [...this.keys].map(([name, key]) => [name, Buffer.from(key).toString('base64')]);
    writeFileSync(`${this.#file}.new`, JSON.stringify(Object.fromEntries(kept)));
    renameSync(`${this.#file}.new`, this.#file);
  }
}
