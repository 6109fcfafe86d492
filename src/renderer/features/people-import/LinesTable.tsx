import { Button, Group, SegmentedControl, Stack } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { type ImportLine, type ImportPreview, ImportVerdict } from '../../../contract';
import { type Column, DataTable, EmptyState, format, Status } from '../../ui';
import classes from './import.module.css';
import { VERDICTS } from './words';

/** So many lines are drawn at once: nobody reads 10,000, and a window draws them slowly. */
const STEP = 100;

export const LINE_COLUMNS: readonly Column<ImportLine>[] = [
  { key: 'line', header: 'Line', align: 'right', render: ({ line }) => line },
  { key: 'verdict', header: 'Result', render: ({ verdict }) => <Status {...VERDICTS[verdict]} /> },
  { key: 'email', header: 'E-mail', render: ({ email }) => <span className="mono">{email || '–'}</span> },
  { key: 'name', header: 'Name', hideBelow: 'sm', render: ({ name }) => name || '–' },
  { key: 'words', header: 'What', render: ({ words }) => <span className={classes.words}>{words}</span> },
];

interface LinesProps<Line extends ImportLine> {
  label: string;
  lines: readonly Line[];
  counts: ImportPreview['counts'];
  columns: readonly Column<Line>[];
}

/** The lines of the file with what becomes of each, by result. */
export function LinesTable<Line extends ImportLine>({ label, lines, counts, columns }: LinesProps<Line>) {
  const [shown, setShown] = useState<'all' | ImportVerdict>(counts.error > 0 ? 'error' : 'all');
  const [most, setMost] = useState(STEP);
  const found = shown === 'all' ? lines : lines.filter(({ verdict }) => verdict === shown);
  const choose = (value: string) => {
    setShown(ImportVerdict.safeParse(value).data ?? 'all');
    setMost(STEP);
  };
  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label="Which lines"
        className={classes.which}
        value={shown}
        onChange={choose}
        data={[
          { value: 'all', label: `All ${format.count(lines.length)}` },
          ...ImportVerdict.options.map((value) => ({
            value,
            label: `${VERDICTS[value].label} ${format.count(counts[value])}`,
          })),
        ]}
      />
      <DataTable
        label={label}
        columns={columns}
        rows={found.slice(0, most)}
        rowKey={({ line }) => String(line)}
        maxHeight={380}
        empty={
          <EmptyState icon={IconListSearch} title="No such line">
            The file has no line with this result.
          </EmptyState>
        }
      />
      {found.length > most && (
        <Group justify="center">
          <span className="muted">
            {format.count(most)} of {format.count(found.length)} are shown.
          </span>
          <Button size="compact-sm" variant="default" onClick={() => setMost(most + STEP)}>
            Show more
          </Button>
        </Group>
      )}
    </Stack>
  );
}
