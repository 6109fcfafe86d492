import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { ImportReport } from '../../../contract';
import { type Column, format, saveFile } from '../../ui';
import { LINE_COLUMNS, LinesTable } from './LinesTable';

type Line = ImportReport['lines'][number];

const COLUMNS: readonly Column<Line>[] = [
  ...LINE_COLUMNS,
  {
    key: 'code',
    header: 'Code',
    render: ({ code }) => (code === null ? '–' : <span className="mono">{code}</span>),
  },
];

/** What was done, with the codes of the new people, this once. */
export function ReportStep({ report, onClose }: { report: ImportReport; onClose: () => void }) {
  const { counts, lines, csv, domain } = report;
  const [saved, setSaved] = useState(false);
  const [kept, setKept] = useState(false);
  const hasCodes = counts.new > 0;
  const save = (name: string, type: string, text: string) => {
    saveFile(name, type, [text]);
    setSaved(true);
  };
  return (
    <Stack gap="md">
      <Text size="sm" role="status">
        {format.plural(counts.new, 'person', 'people')} invited,{' '}
        {format.plural(counts.changed, 'person', 'people')} changed.
        {hasCodes && (
          <>
            {' '}
            Each new person sets a password with their code at <span className="mono">{domain}</span>. The
            codes are shown this once: save the report and hand each code to its person.
          </>
        )}
      </Text>
      <LinesTable label="Report of the import" lines={lines} counts={counts} columns={COLUMNS} />
      <Group gap="xs">
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() => save('people-import-report.csv', 'text/csv', csv)}
        >
          Save as CSV
        </Button>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() =>
            save(
              'people-import-report.json',
              'application/json',
              `${JSON.stringify({ domain, lines }, null, 2)}\n`,
            )
          }
        >
          Save as JSON
        </Button>
      </Group>
      {hasCodes && (
        <Checkbox
          label="I have saved the report; the codes will not be shown again"
          disabled={!saved}
          checked={kept}
          onChange={(event) => setKept(event.currentTarget.checked)}
        />
      )}
      <Group justify="flex-end">
        <Button disabled={hasCodes && !kept} onClick={onClose}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
