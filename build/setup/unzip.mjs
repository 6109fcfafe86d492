import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Unpacks the files of a zip archive that are wanted, and makes the named ones executable.
 * @param {string} archive
 * @param {string} target
 * @param {{ isWanted: (name: string) => boolean, isProgram: (name: string) => boolean }} options
 */
export async function unzip(archive, target, { isWanted, isProgram }) {
  const { unzipSync } = await import('fflate');
  const files = unzipSync(readFileSync(archive), {
    filter: ({ name }) => !name.endsWith('/') && isWanted(name),
  });
  for (const [name, content] of Object.entries(files)) {
    const file = join(target, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode: isProgram(name) ? 0o755 : 0o644 });
  }
}
