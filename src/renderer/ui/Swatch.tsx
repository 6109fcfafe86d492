import type { Series } from './series';
import classes from './TimeSeriesChart.module.css';

/** The colour and shape of a series, for legends. */
export function Swatch({ series }: { series: Series }) {
  return (
    <svg width={14} height={10} aria-hidden className={classes.swatch}>
      {series.shape === 'line' ? (
        <path
          d="M0 5H14"
          stroke={`var(--rc-chart-${series.color})`}
          strokeWidth={2}
          strokeDasharray={series.dashed ? '4 2' : undefined}
        />
      ) : (
        <rect width={10} height={10} x={2} rx={2} fill={`var(--rc-chart-${series.color})`} />
      )}
    </svg>
  );
}
