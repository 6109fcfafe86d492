import classes from './Sparkline.module.css';

export interface SparklineProps {
  values: readonly (number | null)[];
  /** What the line shows, for screen readers; left out where the figure beside it says it. */
  label?: string;
  tone?: 'accent' | 'bad' | 'muted';
  width?: number;
  height?: number;
}

interface Point {
  x: number;
  y: number;
}

function segments(values: readonly (number | null)[], width: number, height: number): Point[][] {
  const known = values.filter((value) => value !== null);
  const top = Math.max(...known, 0);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const result: Point[][] = [[]];
  values.forEach((value, index) => {
    if (value === null) result.push([]);
    else result.at(-1)?.push({ x: index * step, y: top === 0 ? height : height - (value / top) * height });
  });
  return result.filter((points) => points.length > 0);
}

function path(points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
}

/** A figure's course as a small line from zero; gaps stay gaps. */
export function Sparkline({ values, label, tone = 'accent', width = 96, height = 24 }: SparklineProps) {
  const lines = segments(values, width - 4, height - 4);
  const last = lines.at(-1)?.at(-1);
  return (
    <svg
      className={classes.sparkline}
      data-tone={tone}
      style={{ maxWidth: width }}
      height={height}
      preserveAspectRatio="none"
      viewBox={`-2 -2 ${width} ${height}`}
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      {lines.map((points) => (
        <g key={points[0]?.x}>
          <path
            className={classes.area}
            d={`${path(points)}L${points.at(-1)?.x.toFixed(1)} ${height - 4}L${points[0]?.x.toFixed(1)} ${height - 4}Z`}
          />
          <path className={classes.line} d={path(points)} />
        </g>
      ))}
      {last && <circle className={classes.end} cx={last.x} cy={last.y} r={2} />}
    </svg>
  );
}
