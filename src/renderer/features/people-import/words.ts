import type { ImportDelimiter, ImportEncoding, ImportField, ImportVerdict } from '../../../contract';
import type { StatusTone } from '../../ui';

export const ENCODING_WORDS: Readonly<Record<ImportEncoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 (little endian)',
  'utf-16be': 'UTF-16 (big endian)',
  'windows-1252': 'Latin-1 (windows-1252)',
};

export const DELIMITER_WORDS: Readonly<Record<ImportDelimiter, string>> = {
  ',': 'Comma',
  ';': 'Semicolon',
  '\t': 'Tab',
  '|': 'Vertical bar',
};

export const FIELD_WORDS: Readonly<Record<ImportField, string>> = {
  email: 'E-mail',
  name: 'Name',
  'given-name': 'Given name',
  'family-name': 'Family name',
  role: 'Role',
  'custom-roles': 'Custom roles',
};

export const VERDICTS: Readonly<Record<ImportVerdict, { tone: StatusTone; label: string }>> = {
  new: { tone: 'ok', label: 'New' },
  changed: { tone: 'warn', label: 'Changes' },
  unchanged: { tone: 'idle', label: 'Unchanged' },
  error: { tone: 'bad', label: 'Error' },
};
