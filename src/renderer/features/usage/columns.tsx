import { Tooltip } from '@mantine/core';
import { ERRORS, ErrorCode, type UsageEvent } from '../../../contract';
import { type Column, format, modelName, placeLabel, QUERY_OUTCOMES, RelativeTime, Status } from '../../ui';

/** The columns of a list of usage events. */
export const USAGE_COLUMNS: readonly Column<UsageEvent>[] = [
  { key: 'at', header: 'When', render: (event) => <RelativeTime at={event.at} /> },
  { key: 'outcome', header: 'Outcome', render: (event) => <Outcome event={event} /> },
  { key: 'user', header: 'Asked by', render: (event) => event.userName, hideBelow: 'md' },
  { key: 'model', header: 'Model', render: (event) => <Model event={event} />, hideBelow: 'sm' },
  { key: 'place', header: 'Ran on', render: (event) => placeLabel(event.place), hideBelow: 'lg' },
  {
    key: 'first',
    header: 'First token',
    align: 'right',
    hideBelow: 'lg',
    render: (event) => (event.firstTokenMs === null ? '–' : format.duration(event.firstTokenMs)),
  },
  { key: 'total', header: 'Latency', align: 'right', render: (event) => format.duration(event.totalMs) },
  {
    key: 'tokens',
    header: 'Tokens',
    align: 'right',
    render: (event) => <Tokens event={event} />,
    hideBelow: 'sm',
  },
  { key: 'cost', header: 'Cost', align: 'right', render: (event) => format.moneyExact(event.cost) },
];

function Outcome({ event }: { event: UsageEvent }) {
  const code = ErrorCode.safeParse(event.problem);
  const status = <Status {...QUERY_OUTCOMES[event.outcome]} />;
  if (!code.success) return status;
  return (
    <Tooltip label={ERRORS[code.data].title}>
      <span>{status}</span>
    </Tooltip>
  );
}

function Model({ event }: { event: UsageEvent }) {
  return (
    <span title={event.model}>
      {modelName(event.model)}
      {event.route === 'fallback' && <span className="muted"> (fallback)</span>}
    </span>
  );
}

function Tokens({ event }: { event: UsageEvent }) {
  const words = `${format.count(event.inputTokens)} read, ${format.count(event.outputTokens)} written, ${
    event.tokensReported ? 'as the provider reported' : 'estimated'
  }`;
  return (
    <Tooltip label={words}>
      <span>
        {event.tokensReported ? '' : '≈ '}
        {format.count(event.inputTokens + event.outputTokens)}
      </span>
    </Tooltip>
  );
}
