import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChartHistogram, IconTable } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { DataTable } from './DataTable';
import { shortTime } from './format';
import { Section } from './Section';
import type { TimeSeriesChartProps } from './series';
import { TimeSeriesChart } from './TimeSeriesChart';

export interface ChartSectionProps extends Omit<TimeSeriesChartProps, 'label'> {
  title: string;
  unit: string;
  /** Where the events of a step are listed. */
  bucketTo?: (from: number) => string;
}

/** A chart in a panel, with a switch that shows the same values as a table. */
export function ChartSection({ title, unit, bucketTo, ...chart }: ChartSectionProps) {
  const [asTable, setAsTable] = useState(false);
  const words = asTable ? `Show ${title} as a chart` : `Show ${title} as a table`;
  return (
    <Section
      title={title}
      unit={unit}
      padding={asTable ? 'flush' : 'normal'}
      actions={
        <Tooltip label={words}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={words}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? <IconChartHistogram size={16} /> : <IconTable size={16} />}
          </ActionIcon>
        </Tooltip>
      }
    >
      {asTable ? (
        <SeriesTable {...chart} label={`${title}, ${unit}`} bucketTo={bucketTo} />
      ) : (
        <TimeSeriesChart {...chart} label={`${title}, ${unit}`} />
      )}
    </Section>
  );
}

interface SeriesTableProps extends Pick<TimeSeriesChartProps, 'label' | 'series' | 'points' | 'format'> {
  bucketTo?: (from: number) => string;
}

/** The values of a chart as a table, newest first; each time leads to its events. */
export function SeriesTable({ label, series, points, format, bucketTo }: SeriesTableProps) {
  return (
    <DataTable
      label={label}
      maxHeight={228}
      rows={[...points].reverse()}
      rowKey={(point) => String(point.from)}
      columns={[
        {
          key: 'from',
          header: 'From',
          render: (point) =>
            bucketTo ? <Link to={bucketTo(point.from)}>{shortTime(point.from)}</Link> : shortTime(point.from),
        },
        ...series.map((each) => ({
          key: each.key,
          header: each.label,
          align: 'right' as const,
          render: (point: { values: Readonly<Record<string, number | null>> }) => {
            const value = point.values[each.key];
            return value === null || value === undefined ? '–' : format(value);
          },
        })),
      ]}
    />
  );
}
