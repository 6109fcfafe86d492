import { isConsoleError } from '../../../contract';
import type { RuntimeContext } from '../context';
import { FILES_FOLDER } from './indexing';

/**
 * Removes the files that no document names: a kill between a write of the store and one of the folder leaves
 * them. To be called before documents can be added.
 */
export async function sweepFiles({ store, files, log }: RuntimeContext): Promise<void> {
  const rows = await store.read('SELECT DISTINCT file FROM documents');
  const kept = new Set(rows.map((row) => String(row.file)));
  const orphans = (await files.list(FILES_FOLDER)).filter((name) => !kept.has(name));
  try {
    for (const name of orphans) await files.remove(`${FILES_FOLDER}/${name}`);
  } catch (problem) {
    // On a volume that takes no writes they wait for the next time.
    if (!isConsoleError(problem)) throw problem;
  }
  if (orphans.length > 0) log.info('files without a document were removed', { files: orphans.length });
}
