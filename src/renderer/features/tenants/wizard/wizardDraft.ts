import { z } from 'zod';
import { PlanId, ResidencyMode } from '../../../../contract';
import type { WizardValues } from './wizardForm';

const KEY = 'riscura.new-tenant';

/** The answers so far. The password is none of them: it is never written anywhere. */
const Draft = z.object({
  /** Whose answers they are; another operator in this window begins afresh. */
  operatorId: z.string(),
  step: z.number().int().min(0),
  values: z.object({
    name: z.string(),
    domain: z.string(),
    plan: PlanId,
    residency: z.object({ mode: ResidencyMode, regions: z.array(z.string()) }),
    model: z.string(),
    administrator: z.object({ name: z.string(), email: z.string() }),
  }),
});

export interface WizardDraft {
  readonly step: number;
  readonly values: WizardValues;
}

/** Keeps the answers over a reload of the window. */
export function keepDraft(operatorId: string, { step, values }: WizardDraft): void {
  const draft = Draft.parse({ operatorId, step, values });
  window.sessionStorage.setItem(KEY, JSON.stringify(draft));
}

/** The answers from before a reload, without the password; `null` when there are none. */
export function readDraft(operatorId: string): WizardDraft | null {
  const kept = window.sessionStorage.getItem(KEY);
  if (kept === null) return null;
  const { data } = Draft.safeParse(JSON.parse(kept));
  if (data?.operatorId !== operatorId) return null;
  const { values, step } = data;
  return { step, values: { ...values, administrator: { ...values.administrator, password: '' } } };
}

export function forgetDraft(): void {
  window.sessionStorage.removeItem(KEY);
}
