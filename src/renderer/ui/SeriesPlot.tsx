import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { axisTime, exactTime } from './format';
import { Swatch } from './Swatch';
import type { Series, TimePoint, TimeSeriesChartProps } from './series';
import classes from './TimeSeriesChart.module.css';

const AXIS_WIDTH = 56;

/** What {@link TimeSeriesChart} draws; loaded apart, because the charts are heavy. */
export default function SeriesPlot(props: TimeSeriesChartProps) {
  const { series, points, bucketMs, format, formatAxis = format, onSelect } = props;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart
        data={[...points]}
        margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
        barCategoryGap="18%"
        accessibilityLayer={false}
        onClick={(state) => {
          const point = points[Number(state.activeTooltipIndex)];
          if (point) onSelect?.(point.from);
        }}
      >
        <CartesianGrid vertical={false} stroke="var(--rc-grid)" />
        <XAxis
          dataKey="from"
          tickFormatter={(at: number) => axisTime(at, bucketMs)}
          tick={{ fill: 'var(--rc-text-muted)', fontSize: 11 }}
          axisLine={{ stroke: 'var(--rc-line-strong)' }}
          tickLine={false}
          minTickGap={36}
          height={24}
        />
        <YAxis
          width={AXIS_WIDTH}
          tickFormatter={(value: number) => formatAxis(value)}
          tick={{ fill: 'var(--rc-text-muted)', fontSize: 11 }}
          axisLine={false}
          tickLine={false}
          tickCount={4}
          allowDecimals={false}
        />
        <Tooltip
          isAnimationActive={false}
          cursor={{ fill: 'var(--rc-hover)', stroke: 'var(--rc-line-strong)' }}
          content={({ active, label: at }) =>
            active ? (
              <PointCard point={points.find((each) => each.from === at)} series={series} format={format} />
            ) : null
          }
        />
        {series.map((each) => drawing(each))}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

function drawing({ key, color, shape, dashed }: Series) {
  const value = (point: TimePoint) => point.values[key] ?? null;
  const paint = `var(--rc-chart-${color})`;
  const dash = dashed ? '4 3' : undefined;
  if (shape === 'bar') {
    return <Bar key={key} dataKey={value} name={key} stackId="all" fill={paint} isAnimationActive={false} />;
  }
  const common = {
    dataKey: value,
    name: key,
    stroke: paint,
    strokeDasharray: dash,
    isAnimationActive: false,
  };
  if (shape === 'area') {
    return <Area key={key} {...common} type="linear" fill={paint} fillOpacity={0.14} strokeWidth={1.5} />;
  }
  return (
    <Line
      key={key}
      {...common}
      type="linear"
      dot={{ r: 1.5, fill: paint, strokeWidth: 0 }}
      strokeWidth={1.75}
      connectNulls={false}
    />
  );
}

interface PointCardProps {
  point: TimePoint | undefined;
  series: readonly Series[];
  format: (value: number) => string;
}

function PointCard({ point, series, format }: PointCardProps) {
  if (!point) return null;
  return (
    <div className={classes.card}>
      <div className={classes.when}>{exactTime(point.from)}</div>
      {series.map((each) => {
        const value = point.values[each.key];
        return (
          <div key={each.key} className={classes.row}>
            <Swatch series={each} />
            <span>{each.label}</span>
            <span className="num">{value === null || value === undefined ? 'none' : format(value)}</span>
          </div>
        );
      })}
    </div>
  );
}
