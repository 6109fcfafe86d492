import { useSearchParams } from 'react-router';
import { Period } from '../../../contract';

interface PeriodWords {
  /** On the control. */
  short: string;
  /** In a sentence: `in the last 7 days`. */
  last: string;
  /** What the figures are compared with. */
  before: string;
}

export const PERIODS: Record<Period, PeriodWords> = {
  '24h': { short: '24 h', last: 'the last 24 hours', before: 'the 24 hours before' },
  '7d': { short: '7 d', last: 'the last 7 days', before: 'the 7 days before' },
  '30d': { short: '30 d', last: 'the last 30 days', before: 'the 30 days before' },
};

/** The period on screen. It stands in the address, so that a reload and a link keep it. */
export function usePeriod(): [Period, (period: Period) => void] {
  const [search, setSearch] = useSearchParams();
  const parsed = Period.safeParse(search.get('period'));
  const set = (period: Period) => setSearch({ period }, { replace: true });
  return [parsed.success ? parsed.data : '7d', set];
}

/** The name of a step of the chart: `hour`, `6 hours`, `day`. */
export function bucketWord(bucketMs: number): string {
  const hours = Math.round(bucketMs / 3_600_000);
  if (hours === 24) return 'day';
  return hours <= 1 ? 'hour' : `${hours} hours`;
}
