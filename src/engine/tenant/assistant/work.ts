import type { Ask, Configuration } from '../../../contract';
import type { Call } from '../../door';
import type { AuditDraft } from '../../mechanism/chain';
import type { RuntimeContext } from '../context';
import type { Search } from '../knowledge';
import type { Route } from '../models';
import type { Quota, Reservation } from '../usage';
import type { Conversations } from './conversations';
import type { Query } from './records';
import type { RunningAnswer } from './runningAnswers';

/** What every query of the tenant shares. */
export interface AskServices {
  readonly context: RuntimeContext;
  readonly conversations: Conversations;
  readonly configuration: { read(): Promise<Configuration> };
  readonly search: Search;
  readonly quota: Quota;
  readonly running: Map<string, RunningAnswer>;
}

/** A query that was taken, with all that is known of it. */
export interface Work {
  readonly query: Query;
  readonly input: Ask;
  readonly configuration: Configuration;
  readonly route: Route;
  readonly answer: RunningAnswer;
  readonly call: Call;
  readonly intent: AuditDraft;
  /** Monotonic milliseconds at which the call came in. */
  readonly begun: number;
  readonly place: Reservation;
}
