import { ConsoleError, type installationContract, PasswordCostState } from '../../../contract';
import type { Handlers } from '../../door';
import type { AuditDraft } from '../../mechanism/chain';
import type { PasswordTuning } from '../../ports';
import type { ControlContext } from '../context';

const SETTING = 'password-cost';

/** What a hash of a password costs on this machine. */
export interface PasswordCosts {
  readonly handlers: Handlers<(typeof installationContract)['passwordCost']>;
  /** Resolves when no measurement goes on. */
  idle(): Promise<void>;
}

/**
 * Uses the cost that was measured, and measures it where that was never done, or on another machine. Until then, which takes a
 * second, hashes cost the least that is recommended.
 * @throws ConsoleError INSTALLATION_TAMPERED when it was edited outside the console
 */
export async function openPasswordCost(context: ControlContext): Promise<PasswordCosts> {
  const { store, seals, census, ports } = context;
  const { tuning } = ports.hasher;
  let revision = 0;
  let current: PasswordCostState | null = null;
  let measuring: Promise<void> = Promise.resolve();

  const [row] = await store.read('SELECT * FROM settings WHERE name = ?', [SETTING]);
  if (row) {
    const kept = seals.settings.require(row);
    current = PasswordCostState.parse(JSON.parse(String(kept.value)));
    revision = Number(kept.revision);
  }

  async function measure(
    using: PasswordTuning,
    eventOf: (next: PasswordCostState) => AuditDraft,
  ): Promise<PasswordCostState> {
    const { machine, targetMs } = using;
    const next = { ...(await using.measure()), targetMs, machine, measuredAt: ports.clock.now() };
    const kept = { name: SETTING, value: JSON.stringify(next), revision: revision + 1 };
    const write = {
      statements: [
        {
          sql: 'INSERT OR REPLACE INTO settings (name, value, revision, mac) VALUES (?, ?, ?, ?)',
          params: [kept.name, kept.value, kept.revision, seals.settings.of(kept)],
        },
      ],
      events: [eventOf(next)],
    };
    await census.write({ settings: revision === 0 ? 1 : 0 }, write);
    using.use(next);
    current = next;
    revision = kept.revision;
    return next;
  }

  const detailOf = ({ memoryKiB, passes, ms }: PasswordCostState) => ({ memoryKiB, passes, ms });
  if (tuning && current?.machine === tuning.machine) tuning.use(current);
  else if (tuning) {
    measuring = measure(tuning, (next) => ({
      at: ports.clock.now(),
      event: 'password-cost.measured',
      actor: 'system:password-cost',
      target: SETTING,
      outcome: 'done',
      detail: detailOf(next),
    }))
      .then(() => undefined)
      .catch((problem: unknown) => {
        if (!context.closing.aborted) ports.log.error('the cost of passwords was not measured', problem);
      });
  }

  return {
    idle: () => measuring,
    handlers: {
      read: async () => current,
      async measure(_input, call) {
        if (!tuning) throw new ConsoleError('CONFLICT', { reason: 'The cost of passwords is fixed here.' });
        await measuring;
        const before = current && detailOf(current);
        return measure(tuning, (next) =>
          call.event({
            target: SETTING,
            detail: detailOf(next),
            change: { before, after: detailOf(next) },
          }),
        );
      },
    },
  };
}
