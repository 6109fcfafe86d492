import { useNavigate } from 'react-router';
import type { Overview, UsageBucket } from '../../../contract';
import { ChartSection, format, type TimePoint } from '../../ui';
import { usagePath } from './links';
import classes from './overview.module.css';
import { bucketWord } from './period';

interface ChartsProps {
  tenantId: string;
  overview: Overview;
}

/** Queries, latency, tokens and cost over the period; a step leads to its events. */
export function Charts({ tenantId, overview }: ChartsProps) {
  const navigate = useNavigate();
  const { buckets, bucketMs, currency } = overview;
  const per = `per ${bucketWord(bucketMs)}`;
  const bucketTo = (from: number) => usagePath(tenantId, { from, to: from + bucketMs });
  const points = (values: (bucket: UsageBucket) => TimePoint['values']): TimePoint[] =>
    buckets.map((bucket) => ({ from: bucket.from, values: values(bucket) }));
  const common = { bucketMs, bucketTo, onSelect: (from: number) => void navigate(bucketTo(from)) };
  const money = (micros: number) => format.money({ micros: Math.round(micros), currency });

  return (
    <div className={classes.charts}>
      <ChartSection
        {...common}
        title="Queries"
        unit={per}
        format={format.count}
        formatAxis={format.countShort}
        points={points((bucket) => ({ answered: bucket.queries - bucket.failed, failed: bucket.failed }))}
        series={[
          { key: 'answered', label: 'Answered', color: 1, shape: 'bar' },
          { key: 'failed', label: 'Failed', color: 5, shape: 'bar' },
        ]}
      />
      <ChartSection
        {...common}
        title="Latency"
        unit="question to last token"
        format={format.duration}
        points={points((bucket) => ({ p50: bucket.p50Ms, p95: bucket.p95Ms }))}
        series={[
          { key: 'p50', label: 'Median', color: 1, shape: 'line' },
          { key: 'p95', label: '95th percentile', color: 2, shape: 'line', dashed: true },
        ]}
      />
      <ChartSection
        {...common}
        title="Tokens"
        unit={per}
        format={format.count}
        formatAxis={format.countShort}
        points={points((bucket) => ({ input: bucket.inputTokens, output: bucket.outputTokens }))}
        series={[
          { key: 'input', label: 'Read by the model', color: 3, shape: 'bar' },
          { key: 'output', label: 'Written by the model', color: 4, shape: 'bar' },
        ]}
      />
      <ChartSection
        {...common}
        title="Cost"
        unit={`${currency} ${per}`}
        format={money}
        formatAxis={(micros) => format.moneyAxis({ micros, currency })}
        points={points((bucket) => ({ cost: bucket.costMicros }))}
        series={[{ key: 'cost', label: 'Cost', color: 1, shape: 'area' }]}
      />
    </div>
  );
}
