import type { Overview, UsageBucket } from '../../../contract';
import { Delta, Figure, FigureStrip, format, Sparkline } from '../../ui';
import { usagePath } from './links';
import { PERIODS } from './period';

interface KeyFiguresProps {
  tenantId: string;
  overview: Overview;
}

/** The names of the key figures, in their order; also what their skeletons say. */
export const FIGURE_LABELS = [
  'Queries',
  'Failed',
  'Latency, median',
  'First token, median',
  'Tokens',
  'Cost',
] as const;

/** The key figures of the period beside those of the period before; each leads to its events. */
export function KeyFigures({ tenantId, overview }: KeyFiguresProps) {
  const { from, to, buckets, currency, queries, failed, p50Ms, p95Ms } = overview;
  const against = PERIODS[overview.period].before;
  const all = usagePath(tenantId, { from, to });
  const course = (pick: (bucket: UsageBucket) => number | null) => buckets.map(pick);
  const money = (micros: number) => format.money({ micros: Math.round(micros), currency });
  const tokens = overview.inputTokens.value + overview.outputTokens.value;
  const share = queries.value === 0 ? 0 : failed.value / queries.value;

  return (
    <FigureStrip label={`Key figures of ${PERIODS[overview.period].last}`}>
      <Figure
        label="Queries"
        value={format.countShort(queries.value)}
        exact={format.plural(queries.value, 'query', 'queries')}
        to={all}
        delta={<Delta {...queries} against={against} />}
        sparkline={<Sparkline values={course((bucket) => bucket.queries)} />}
      />
      <Figure
        label="Failed"
        value={format.countShort(failed.value)}
        to={usagePath(tenantId, { from, to, outcome: 'failed' })}
        delta={<Delta {...failed} better="down" against={against} />}
        note={`${format.percent(share)} of queries`}
        sparkline={<Sparkline values={course((bucket) => bucket.failed)} tone="bad" />}
      />
      <Figure
        label="Latency, median"
        value={latency(p50Ms.value)}
        to={all}
        delta={<Delta {...p50Ms} better="down" against={against} />}
        note={`p95 ${latency(p95Ms.value)}`}
        sparkline={<Sparkline values={course((bucket) => bucket.p50Ms)} />}
      />
      <Figure
        label="First token, median"
        value={latency(overview.firstTokenP50Ms.value)}
        to={all}
        delta={<Delta {...overview.firstTokenP50Ms} better="down" against={against} />}
        note="until an answer begins"
      />
      <Figure
        label="Tokens"
        value={format.countShort(tokens)}
        exact={`${format.count(overview.inputTokens.value)} read, ${format.count(overview.outputTokens.value)} written`}
        to={all}
        delta={<Delta value={tokens} previous={previousTokens(overview)} against={against} />}
        sparkline={<Sparkline values={course((bucket) => bucket.inputTokens + bucket.outputTokens)} />}
      />
      <Figure
        label="Cost"
        value={money(overview.costMicros.value)}
        exact={format.moneyExact({ micros: Math.round(overview.costMicros.value), currency })}
        to={all}
        delta={<Delta {...overview.costMicros} against={against} />}
        note={queries.value > 0 ? `${money(overview.costMicros.value / queries.value)} a query` : undefined}
        sparkline={<Sparkline values={course((bucket) => bucket.costMicros)} />}
      />
    </FigureStrip>
  );
}

function latency(milliseconds: number): string {
  return milliseconds > 0 ? format.duration(milliseconds) : '–';
}

function previousTokens({ inputTokens, outputTokens }: Overview): number | null {
  if (inputTokens.previous === null || outputTokens.previous === null) return null;
  return inputTokens.previous + outputTokens.previous;
}
