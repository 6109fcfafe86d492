import { lazy, Suspense } from 'react';
import { shortTime } from './format';
import { SkeletonChart } from './Skeletons';
import { Swatch } from './Swatch';
import type { Series, TimeSeriesChartProps } from './series';
import classes from './TimeSeriesChart.module.css';

const SeriesPlot = lazy(() => import('./SeriesPlot'));

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
