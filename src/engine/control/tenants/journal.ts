import type { LifecycleProgress } from '../../../contract';
import type { AuditDraft } from '../../mechanism/chain';
import { bulkInsert, type Rows } from '../../mechanism/store';
import type { ControlContext } from '../context';

/** One step of a change in several steps. Each can be run again after a kill in its midst. */
export interface Step<Work, Undoing = Work> {
  readonly name: string;
  /** For the screen. */
  readonly title: string;
  run(work: Work): Promise<void>;
  /** Takes back what the step did, also when it did only a part of it. Absent where it cannot be taken back. */
  undo?(work: Undoing): Promise<void>;
}

const INSERT = bulkInsert('journal', [
  'id',
  'tenant_id',
  'operation',
  'step',
  'outcome',
  'problem',
  'facts',
  'started_at',
  'finished_at',
]);

export type Operation = LifecycleProgress['operation'];

/** A journal entry that a restart found unfinished. */
export interface Unfinished {
  readonly id: string;
  readonly tenantId: string;
  readonly operation: Operation;
  /** The last step that was completed. */
  readonly step: string | null;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** The durable record of changes in several steps. */
export interface Journal {
  /** The row that opens an entry, for the transaction of the change's first act. */
  opening(id: string, tenantId: string, operation: Operation, facts: Unfinished['facts']): Rows;
  completed(id: string, step: string, event: AuditDraft): Promise<void>;
  close(
    id: string,
    outcome: 'done' | 'failed',
    problem: string | null,
  ): { sql: string; params: (string | number | null)[] };
  unfinished(): Promise<Unfinished[]>;
}

export function createJournal({ store, ports }: ControlContext): Journal {
  return {
    opening(id, tenantId, operation, facts) {
      const row = [
        id,
        tenantId,
        operation,
        null,
        'running',
        null,
        JSON.stringify(facts),
        ports.clock.now(),
        null,
      ];
      return { into: INSERT, rows: [row] };
    },

    async completed(id, step, event) {
      await store.write({
        statements: [{ sql: 'UPDATE journal SET step = ? WHERE id = ?', params: [step, id], expect: 1 }],
        events: [event],
      });
    },

    close(id, outcome, problem) {
      return {
        sql: 'UPDATE journal SET outcome = ?, problem = ?, finished_at = ? WHERE id = ?',
        params: [outcome, problem, ports.clock.now(), id],
      };
    },

    async unfinished() {
      const rows = await store.read(
        "SELECT * FROM journal WHERE outcome = 'running' ORDER BY started_at, id",
      );
      return rows.map((row) => ({
        id: String(row.id),
        tenantId: String(row.tenant_id),
        operation: row.operation as Operation,
        step: row.step === null ? null : String(row.step),
        facts: JSON.parse(String(row.facts)) as Unfinished['facts'],
      }));
    },
  };
}
