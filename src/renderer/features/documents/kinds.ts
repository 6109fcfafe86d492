import {
  IconFile,
  IconFileTypeDocx,
  IconFileTypePdf,
  IconFileTypeTxt,
  IconMarkdown,
  type TablerIcon,
} from '@tabler/icons-react';
import { DOCUMENT_MAX_BYTES, type DocumentKind } from '../../../contract';
import { format } from '../../ui';

interface KindWords {
  readonly label: string;
  readonly icon: TablerIcon;
}

export const KINDS: Record<DocumentKind, KindWords> = {
  text: { label: 'Text', icon: IconFileTypeTxt },
  markdown: { label: 'Markdown', icon: IconMarkdown },
  pdf: { label: 'PDF', icon: IconFileTypePdf },
  docx: { label: 'Word', icon: IconFileTypeDocx },
};

export const FILE_ICON = IconFile;

const ENDINGS = ['.txt', '.md', '.markdown', '.pdf', '.docx'];

/** What the file picker offers. */
export const ACCEPT = ENDINGS.join(',');

/** Why a file need not be sent at all; `null` when it may be tried. The engine looks again. */
export function refusalOf(file: File): string | null {
  if (!ENDINGS.some((ending) => file.name.toLowerCase().endsWith(ending))) {
    return 'It is not text, Markdown, PDF or DOCX.';
  }
  if (file.size === 0) return 'It is empty.';
  if (file.size > DOCUMENT_MAX_BYTES) {
    return `It has ${format.bytes(file.size)}; at most ${format.bytes(DOCUMENT_MAX_BYTES)} are taken.`;
  }
  return null;
}
