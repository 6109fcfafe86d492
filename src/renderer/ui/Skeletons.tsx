import { Skeleton } from '@mantine/core';
import classes from './Skeletons.module.css';

const WIDTHS = ['72%', '54%', '64%', '44%'];

/** A line of text to come. */
export function SkeletonLine({ width = '60%' }: { width?: number | string }) {
  return <Skeleton height={10} width={width} radius="sm" my={5} />;
}

interface SkeletonRowsProps {
  rows: number;
  columns: readonly { key: string; align?: string; hideBelow?: string }[];
}

/** Rows of a table to come. */
export function SkeletonRows({ rows, columns }: SkeletonRowsProps) {
  return Array.from({ length: rows }, (_, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
    <tr key={row}>
      {columns.map((column, index) => (
        <td key={column.key} data-align={column.align} data-hide={column.hideBelow}>
          <span className={classes.cell} data-align={column.align}>
            <Skeleton height={10} width={WIDTHS[(row + index) % WIDTHS.length]} radius="sm" />
          </span>
        </td>
      ))}
    </tr>
  ));
}

/** A key figure to come. */
export function SkeletonFigure({ label }: { label: string }) {
  return (
    <div className={classes.figure}>
      <span className={classes.label}>{label}</span>
      <Skeleton height={20} width={88} radius="sm" my={8} />
      <Skeleton height={10} width="60%" radius="sm" mt={8} mb={7} />
    </div>
  );
}

/** A chart to come: bars of a plausible shape. */
export function SkeletonChart({ height = 200 }: { height?: number }) {
  const bars = [32, 48, 40, 62, 78, 70, 86, 64, 52, 74, 90, 66, 44, 58];
  return (
    <div className={classes.chart} style={{ height }} aria-hidden>
      {bars.map((share, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <Skeleton key={index} height={`${share}%`} radius="xs" />
      ))}
    </div>
  );
}

/** A panel of lines to come. */
export function SkeletonPanel({ lines = 4 }: { lines?: number }) {
  return (
    <div className={classes.panel} aria-hidden>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <SkeletonLine key={index} width={WIDTHS[index % WIDTHS.length]} />
      ))}
    </div>
  );
}
