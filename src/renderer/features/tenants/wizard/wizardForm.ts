import { type UseFormReturnType, useForm } from '@mantine/form';
import {
  CreateTenant,
  Domain,
  EmailAddress,
  type PlanId,
  Region,
  type ResidencyMode,
  Title,
} from '../../../../contract';

import { passwordProblem } from '../../first-run';

export interface WizardValues {
  name: string;
  domain: string;
  plan: PlanId;
  residency: { mode: ResidencyMode; regions: string[] };
  model: string;
  administrator: { name: string; email: string; password: string };
}

export type WizardForm = UseFormReturnType<WizardValues>;

/** The steps of the wizard and the fields that each answers for. */
export const STEPS = [
  { label: 'Organisation', fields: ['name', 'domain'] },
  { label: 'Plan', fields: ['plan'] },
  { label: 'Residency', fields: ['residency'] },
  { label: 'Model', fields: ['model'] },
  { label: 'Administrator', fields: ['administrator'] },
  { label: 'Review', fields: [] },
] as const;

const NO_ANSWERS: WizardValues = {
  name: '',
  domain: '',
  plan: 'professional',
  residency: { mode: 'local-only', regions: [] },
  model: '',
  administrator: { name: '', email: '', password: '' },
};

type Check = (value: string) => string | null;

const required =
  (schema: { safeParse: (value: unknown) => { success: boolean } }, words: string): Check =>
  (value) =>
    schema.safeParse(value).success ? null : words;

/** The values of the wizard with the checks of the contract. */
export function useWizardForm(initialValues: WizardValues = NO_ANSWERS): WizardForm {
  return useForm<WizardValues>({
    initialValues,
    validate: {
      name: required(Title, 'A name of 1 to 120 characters'),
      domain: required(Domain, 'A domain such as acme.example'),
      residency: {
        regions: (value, values) => {
          if (values.residency.mode !== 'region-bound') return null;
          if (value.length === 0) return 'Name at least one region';
          const wrong = value.find((region) => !Region.safeParse(region).success);
          return wrong === undefined ? null : `“${wrong}” is not a region such as eu-de`;
        },
      },
      model: (value) => (value ? null : 'Choose a model'),
      administrator: {
        name: required(Title, 'The name is missing'),
        email: required(EmailAddress, 'An e-mail address such as name@acme.example'),
        password: (value, { administrator }) => passwordProblem(value, administrator),
      },
    },
  });
}

function belongsTo(path: string, step: number): boolean {
  return STEPS[step]?.fields.some((field) => path === field || path.startsWith(`${field}.`)) ?? false;
}

/** Checks the fields of one step and marks those that are wrong. */
export function checkStep(form: WizardForm, step: number): boolean {
  const { errors } = form.validate();
  const own = Object.entries(errors).filter(([path]) => belongsTo(path, step));
  form.setErrors(Object.fromEntries(own));
  return own.length === 0;
}

/** The first step that answers for one of these fields. */
export function stepOfFields(paths: readonly string[]): number | null {
  const step = STEPS.findIndex((_, index) => paths.some((path) => belongsTo(path, index)));
  return step < 0 ? null : step;
}

/** The values as the contract wants them. */
export function toInput(values: WizardValues): CreateTenant {
  const regions = values.residency.mode === 'region-bound' ? values.residency.regions : [];
  return CreateTenant.parse({ ...values, residency: { ...values.residency, regions } });
}
