import type { Span } from '../../../contract';
import type { SqlValue } from '../../ports';

/** What a WHERE clause demands, all of it; parts are added as a filter asks for them. */
export interface Conditions {
  /** Adds a part with the values of its `?`. */
  and(sql: string, ...params: readonly SqlValue[]): Conditions;
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** Begins with the span of time, over a column `at`. */
export function conditions({ from, to }: Span): Conditions {
  const parts: string[] = ['1'];
  const params: SqlValue[] = [];
  const made: Conditions = {
    and(sql, ...values) {
      parts.push(`(${sql})`);
      params.push(...values);
      return made;
    },
    get sql() {
      return parts.join(' AND ');
    },
    params,
  };
  if (from !== null) made.and('at >= ?', from);
  if (to !== null) made.and('at < ?', to);
  return made;
}
