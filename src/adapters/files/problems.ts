import { ConsoleError } from '../../contract';

const NO_WRITING = ['ENOSPC', 'EDQUOT', 'EROFS'];

/** The system's code that an error carries, such as `ENOENT`. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** A full or read-only volume in the words of the contract; anything else as it came. */
export function filesError(error: unknown): unknown {
  return NO_WRITING.includes(codeOf(error)) ? new ConsoleError('READ_ONLY', {}, error) : error;
}

/** The answer, or `otherwise` when there is nothing at that path. */
export async function ifThere<Answer>(answer: Promise<Answer>, otherwise: Answer): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return otherwise;
    throw error;
  }
}
