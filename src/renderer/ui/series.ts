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
