import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ExportFormat, ExportPiece } from '../../contract';
import * as words from './format';
import { problemOf } from './problem';
import { saveFile } from './saveFile';
import { useWaysOn } from './waysOn';

const FORMATS: Record<ExportFormat, { label: string; type: string }> = {
  csv: { label: 'CSV, for a spreadsheet', type: 'text/csv' },
  jsonl: { label: 'JSON Lines, exact', type: 'application/jsonl' },
};

export interface ExportMenuProps {
  /** The beginning of the file's name. */
  name: string;
  /** The accessible name of the button. */
  label: string;
  open: (format: ExportFormat, signal: AbortSignal) => Promise<AsyncIterable<ExportPiece>>;
}

/** Exports what a list shows, all of it, into a file; says how far it is, and can be cancelled. */
export function ExportMenu({ name, label, open }: ExportMenuProps) {
  const wayOn = useWaysOn();
  const running = useRef<AbortController | null>(null);
  const [records, setRecords] = useState<number | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (format: ExportFormat) => {
    const leave = new AbortController();
    running.current = leave;
    setRecords(0);
    try {
      const pieces: string[] = [];
      for await (const piece of await open(format, leave.signal)) {
        pieces.push(piece.text);
        setRecords(piece.records);
      }
      if (!leave.signal.aborted) {
        saveFile(`${name}-${stamp(Date.now())}.${format}`, FORMATS[format].type, pieces);
      }
    } catch (error) {
      if (leave.signal.aborted) return;
      const { code, title, detail } = problemOf(error);
      const message = (
        <>
          {detail.reason ?? detail.next} {wayOn(code)}
        </>
      );
      notifications.show({ color: 'red', title, message });
    } finally {
      setRecords(null);
    }
  };

  if (records !== null) {
    return (
      <Button variant="default" size="xs" onClick={() => running.current?.abort()}>
        Cancel export, {words.count(records)} so far
      </Button>
    );
  }
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 100 }}>
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          aria-label={label}
          leftSection={<IconDownload aria-hidden size={15} />}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(FORMATS).map(([format, { label: text }]) => (
          <Menu.Item key={format} onClick={() => void run(format as ExportFormat)}>
            {text}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The time as a part of a file's name: `20261124T140500Z`. */
function stamp(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
}
