import type { ImportMapping, ImportPreview, ImportReport, ImportSheet } from '../../../src/contract';
import type { Person } from './staffed';

/** A file of people as a window sends it. */
export function csvFile(content: string | Uint8Array<ArrayBuffer>): File {
  return new File([content], 'people.csv', { type: 'text/csv' });
}

/** What is proposed for a file, with a test's own choices. */
export async function mappingFor(
  person: Person,
  file: File,
  chosen: Partial<ImportMapping> = {},
): Promise<ImportMapping> {
  const { mapping } = await person.call<ImportSheet>('peopleImport.read', { file });
  return { ...mapping, ...chosen };
}

/** Previews a file as it is proposed to be read. */
export async function previewOf(person: Person, file: File, chosen: Partial<ImportMapping> = {}) {
  const mapping = await mappingFor(person, file, chosen);
  const preview = await person.call<ImportPreview>('peopleImport.preview', { file, mapping });
  return { file, mapping, preview };
}

/** Applies what was previewed. */
export function applied(
  person: Person,
  { file, mapping, preview }: { file: File; mapping: ImportMapping; preview: ImportPreview },
): Promise<ImportReport> {
  return person.call<ImportReport>('peopleImport.apply', { file, mapping, digest: preview.digest });
}
