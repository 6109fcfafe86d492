import { z } from 'zod';
import { ApprovalAct } from '../../../contract';
import type { ControlContext } from '../context';
import { type KeptValues, openKeptValues } from './keptValues';

/**
 * For what a tenant demands a second person of the installation. The catalogue's copy keeps a tenant that is shut from
 * being taken for one that demands nothing.
 */
export interface Demands extends Omit<KeptValues<readonly ApprovalAct[]>, 'all' | 'keep'> {
  /** Takes note of what a tenant demands, when it has changed. */
  keep(id: string, acts: readonly ApprovalAct[]): Promise<void>;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when an entry was edited outside the console */
export async function openDemands(context: ControlContext): Promise<Demands> {
  const kept = await openKeptValues<readonly ApprovalAct[]>(context, {
    prefix: 'demands:',
    // An act that this version does not know any more is demanded by nobody.
    schema: z
      .array(z.string())
      .transform((acts) => acts.filter((act): act is ApprovalAct => ApprovalAct.safeParse(act).success)),
    none: [],
    event: 'tenant.demands-kept',
    detail: (acts) => ({ acts: acts.join(' ') }),
  });
  return {
    ...kept,
    async keep(id, wanted) {
      await kept.keep(id, [...wanted].sort());
    },
  };
}
