import { Textarea } from '@mantine/core';

interface EnterSheetsProps {
  value: string;
  onChange: (text: string) => void;
}

/** Where sheets are typed or scanned, one after the other. */
export function EnterSheets({ value, onChange }: EnterSheetsProps) {
  return (
    <Textarea
      data-autofocus
      label="Sheets"
      description="The letters of each sheet, or what a scanner reads of its QR code; a new line for each. Small letters and blanks do no harm."
      required
      autosize
      minRows={6}
      maxRows={14}
      spellCheck={false}
      autoComplete="off"
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
