import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ImportPreview, ImportReport } from '../../../contract';
import { ErrorNotice, format, saveFile } from '../../ui';
import { LINE_COLUMNS, LinesTable } from './LinesTable';

interface PreviewProps {
  preview: ImportPreview;
  apply: () => Promise<ImportReport>;
  onApplied: (report: ImportReport) => void;
  onBack: () => void;
  onAnew: () => void;
}

function wordsOf({ error, changed, unchanged, ...counts }: ImportPreview['counts']): string {
  if (error > 0) {
    return `${format.plural(error, 'line')} cannot be imported. All of it is applied or nothing: correct the file or the words of its roles.`;
  }
  if (counts.new + changed === 0) return 'Everybody is as the file says. There is nothing to do.';
  return `${format.plural(counts.new, 'person', 'people')} are invited, ${format.plural(changed, 'person', 'people')} changed, ${format.count(unchanged)} left as they are.`;
}

/** What the import would do, line by line; it is applied exactly so. */
export function PreviewStep({ preview, apply, onApplied, onBack, onAnew }: PreviewProps) {
  const { counts, lines, csv } = preview;
  const applying = useMutation({
    mutationFn: apply,
    onSuccess: onApplied,
  });
  const work = counts.new + counts.changed;
  return (
    <Stack gap="md">
      <Text size="sm" role="status">
        {wordsOf(counts)}
      </Text>
      <LinesTable label="Lines of the file" lines={lines} counts={counts} columns={LINE_COLUMNS} />
      {applying.isError && (
        <ErrorNotice error={applying.error} doing="Nothing was imported." onRetry={onAnew} />
      )}
      <Group justify="space-between" gap="xs">
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() => saveFile('people-import-preview.csv', 'text/csv', [csv])}
        >
          Save these lines
        </Button>
        <Group gap="xs">
          <Button variant="default" disabled={applying.isPending} onClick={onBack}>
            Back
          </Button>
          <Button
            disabled={counts.error > 0 || work === 0}
            loading={applying.isPending}
            onClick={() => applying.mutate()}
          >
            Import {format.plural(work, 'person', 'people')}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}
