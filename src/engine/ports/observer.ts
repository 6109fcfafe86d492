import type { ErrorCode, Money, Place, QueryOutcome } from '../../contract';

/** A question as it was metered. Times are milliseconds. */
export interface ObservedQuery {
  readonly outcome: QueryOutcome;
  readonly place: Place;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Whether the provider counted the tokens, or they are an estimate. */
  readonly tokensReported: boolean;
  readonly firstTokenMs: number | null;
  readonly totalMs: number;
  readonly cost: Money;
}

/** Who counts what the engine does, for a monitoring system: numbers, codes and ids, no name and no word. */
export interface Observer {
  /** A call was answered, or refused with a code. @param ms until the answer, or until its stream began */
  call(scope: 'installation' | 'tenant', code: ErrorCode | null, ms: number): void;
  /** A question was metered. */
  query(tenantId: string, query: ObservedQuery): void;
  /** A call to one tenant came with the credential of another. It was refused. */
  foreignCredential(): void;
}
