import { lazy, Suspense } from 'react';
import { shortTime } from './format';
import { SkeletonChart } from './Skeletons';
import { Swatch } from './Swatch';
import classes from './TimeSeriesChart.module.css';

const SeriesPlot = lazy(() => import('./SeriesPlot'));

/** One step of time with the values of each series; `null` is a gap. */
export interface TimePoint {
  from: number;
  values: Readonly<Record<string, number | null>>;
}

export interface Series {
  key: string;
  label: string;
  /** The place in the chart palette, 1 to 6; 5 is for failures. */
  color: 1 | 2 | 3 | 4 | 5 | 6;
  shape: 'bar' | 'line' | 'area';
  /** Told apart by more than colour. */
  dashed?: boolean;
}

export interface TimeSeriesChartProps {
  label: string;
  series: readonly Series[];
  points: readonly TimePoint[];
  bucketMs: number;
  /** A value with its unit. */
  format: (value: number) => string;
  /** Shorter, for the axis. */
  formatAxis?: (value: number) => string;
  height?: number;
  /** Opens the events of a step. */
  onSelect?: (from: number) => void;
}

/** Values over time. Bars are stacked; what it shows can be read as a table with {@link SeriesTable}. */
export function TimeSeriesChart(props: TimeSeriesChartProps) {
  const { label, series, points, bucketMs, height = 200, onSelect } = props;
  const first = points[0];
  const last = points.at(-1);
  const span = first && last ? `, ${shortTime(first.from)} to ${shortTime(last.from + bucketMs)}` : '';
  return (
    <div className={classes.chart} data-leads={onSelect ? true : undefined}>
      <div style={{ height }} role="img" aria-label={`${label}${span}. Also shown as a table.`}>
        <Suspense fallback={<SkeletonChart height={height} />}>
          <SeriesPlot {...props} />
        </Suspense>
      </div>
      {series.length > 1 && <Legend series={series} />}
    </div>
  );
}

function Legend({ series }: { series: readonly Series[] }) {
  return (
    <ul className={classes.legend}>
      {series.map((each) => (
        <li key={each.key}>
          <Swatch series={each} />
          {each.label}
        </li>
      ))}
    </ul>
  );
}
