import { TextInput } from '@mantine/core';

/** A span of time as it is typed: local date and time, empty where it is open. */
export interface TypedSpan {
  readonly from: string;
  readonly to: string;
}

interface SpanInputsProps {
  span: TypedSpan;
  onSpan: (span: TypedSpan) => void;
}

/** The beginning and the end of what is listed. */
export function SpanInputs({ span, onSpan }: SpanInputsProps) {
  return (
    <>
      <TextInput
        type="datetime-local"
        label="From"
        max={span.to || undefined}
        value={span.from}
        onChange={(event) => onSpan({ ...span, from: event.currentTarget.value })}
      />
      <TextInput
        type="datetime-local"
        label="Before"
        min={span.from || undefined}
        value={span.to}
        onChange={(event) => onSpan({ ...span, to: event.currentTarget.value })}
      />
    </>
  );
}

/** What was typed as milliseconds since 1970 UTC; `null` where it is open. */
export function spanOf({ from, to }: TypedSpan): { from: number | null; to: number | null } {
  return { from: millisecondsOf(from), to: millisecondsOf(to) };
}

/** Whether a filter leaves everything in. */
export function isWhole(filter: object): boolean {
  return Object.values(filter).every((value) => value === null || value === '');
}

function millisecondsOf(typed: string): number | null {
  const at = new Date(typed).getTime();
  return typed === '' || Number.isNaN(at) ? null : at;
}
