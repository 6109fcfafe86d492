import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../../resources/models/starter.json';
import type { StarterModel } from '../engine/ports';

/** Where the embedding model stands below the folder of models. */
export function embeddingFolder(models: string): string {
  return join(models, manifest.embeddingFolder);
}

/**
 * The starter model, when set-up could bring it.
 * @param models the folder of models that came with the console
 */
export async function findStarterModel(models: string): Promise<StarterModel | null> {
  const file = join(models, manifest.file);
  try {
    const { size } = await stat(file);
    const { name, sha256, licence } = manifest;
    return { name, file, sizeBytes: size, sha256, licence, licenceText: await readLicence(models) };
  } catch (problem) {
    if (isMissing(problem)) return null;
    throw problem;
  }
}

async function readLicence(models: string): Promise<string | null> {
  try {
    return await readFile(join(models, manifest.licenceFile), 'utf8');
  } catch (problem) {
    if (isMissing(problem)) return null;
    throw problem;
  }
}

function isMissing(problem: unknown): boolean {
  return problem instanceof Error && 'code' in problem && problem.code === 'ENOENT';
}
