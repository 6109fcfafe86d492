import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keyOf, rotate, startWithTenant } from './support';

/** Every file below a folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

it('neither the old nor the new key lies in a file or in the log, in no spelling, while it is rotated and after', async () => {
  const found: string[] = [];
  let look: (where: string) => Promise<void> = async () => undefined;
  const { client, engine, id, folder, keystore, log } = await startWithTenant({
    reach: (point) => look(point),
  });
  const keys = new Map([['old', keyOf(keystore, id)]]);

  look = async (where) => {
    const next = keystore.keys.get(`tenant-next:${id}`);
    if (next) keys.set('new', Uint8Array.from(next));
    const texts = [...(await Promise.all((await filesBelow(folder)).map((file) => readFile(file))))];
    texts.push(Buffer.from(log.lines.join('\n')));
    for (const [name, key] of keys) {
      const bytes = Buffer.from(key);
      const spellings = [
        bytes,
        ...(['hex', 'base64', 'base64url'] as const).map((way) => bytes.toString(way)),
      ];
      for (const spelling of [...spellings, bytes.toString('hex').toUpperCase()]) {
        if (texts.some((text) => text.includes(spelling))) found.push(`${name} key at ${where}`);
      }
    }
  };
  await rotate(client, id);
  await look('the end');
  await engine.close();
  await look('the close');
  expect([...keys.keys()]).toEqual(['old', 'new']);
  expect(found).toEqual([]);
});
