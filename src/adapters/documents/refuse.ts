import { ConsoleError } from '../../contract';

/** Says that a document is refused, and why. */
export function refuse(reason: string): ConsoleError {
  return new ConsoleError('DOCUMENT_REFUSED', { reason });
}

/** The reasons that more than one reader has. */
export const REASONS = {
  tooLarge: 'It is larger than 25 MB.',
  tooManyCharacters: 'It holds more than five million characters of text.',
  tooManyPages: 'It has more than 2,000 pages.',
  tooSlow: 'Reading it takes too long.',
  encrypted: 'It is encrypted. Save it without a password.',
  damaged: 'It is damaged.',
  pagesUnknown: 'Its list of pages is damaged, so nobody can say which pages are missing.',
  noText: 'There is no text in it; scanned pages are pictures.',
  bomb: 'It unpacks to far more than it should.',
} as const;
