import { Button, Group, Stepper } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { Link } from 'react-router';
import { installation } from '../../../app/api';
import { usePrincipal } from '../../../app/session';
import { ErrorNotice, fieldProblems, PageHeader, Section } from '../../../ui';
import { AdministratorStep } from './AdministratorStep';
import { ModelStep } from './ModelStep';
import { OrganisationStep } from './OrganisationStep';
import { PlanStep } from './PlanStep';
import { Provisioning } from './Provisioning';
import { ResidencyStep } from './ResidencyStep';
import { ReviewStep } from './ReviewStep';
import classes from './wizard.module.css';
import { forgetDraft, keepDraft, readDraft } from './wizardDraft';
import {
  checkStep,
  STEPS,
  stepOfFields,
  toInput,
  useWizardForm,
  type WizardForm,
  type WizardValues,
} from './wizardForm';

const LAST = STEPS.length - 1;
/** Where the password is asked for, which no draft holds. */
const ADMINISTRATOR = STEPS.findIndex(({ label }) => label === 'Administrator');

/** Creates a tenant: six questions, a review, then the steps of provisioning. */
export function NewTenantPage() {
  const [kept] = useState(useDraft());
  const form = useWizardForm(kept?.values);
  const [step, setStep] = useState(Math.min(kept?.step ?? 0, ADMINISTRATOR));
  const creation = useMutation({
    mutationFn: () => installation.client.tenants.create(toInput(form.values)),
    onError: (error) => {
      const problems = fieldProblems(error);
      const back = stepOfFields(Object.keys(problems));
      if (back === null) return;
      setStep(back);
      form.setErrors(problems);
    },
  });

  useKeptDraft(form.values, step, creation.isSuccess);

  if (creation.isSuccess) {
    return <Provisioning tenantId={creation.data.id} values={form.values} onBack={creation.reset} />;
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (creation.isPending || !checkStep(form, step)) return;
    if (step < LAST) setStep(step + 1);
    else creation.mutate();
  };
  return (
    <>
      <PageHeader
        title="Create tenant"
        description="One organisation with its own encrypted database, key, documents and policy."
      />
      <form onSubmit={submit} noValidate className={classes.wizard}>
        <Steps step={step} onStep={setStep} />
        <Section title={STEPS[step]?.label ?? ''} unit={`step ${step + 1} of ${STEPS.length}`}>
          <StepBody form={form} step={step} onEdit={setStep} />
        </Section>
        {creation.isError && (
          <ErrorNotice error={creation.error} doing="The tenant was not created." fieldsMarked />
        )}
        <Group justify="space-between">
          {step === 0 ? (
            <Button component={Link} to="/tenants" variant="subtle" color="gray">
              Cancel
            </Button>
          ) : (
            <Button variant="default" onClick={() => setStep(step - 1)}>
              Back
            </Button>
          )}
          <Button type="submit" loading={creation.isPending}>
            {step === LAST ? 'Create tenant' : 'Continue'}
          </Button>
        </Group>
      </form>
    </>
  );
}

function useDraft() {
  return readDraft(useOperatorId());
}

function useOperatorId(): string {
  const principal = usePrincipal();
  return principal.kind === 'operator' ? principal.operator.id : '';
}

/** Keeps the answers over a reload; whoever leaves the page or is done begins afresh. */
function useKeptDraft(values: WizardValues, step: number, isDone: boolean): void {
  const operatorId = useOperatorId();
  useEffect(() => {
    if (isDone) forgetDraft();
    else keepDraft(operatorId, { step, values });
  }, [operatorId, step, values, isDone]);
  useEffect(() => forgetDraft, []);
}

function Steps({ step, onStep }: { step: number; onStep: (step: number) => void }) {
  const narrow = useMediaQuery('(max-width: 900px)');
  return (
    <Stepper
      active={step}
      onStepClick={onStep}
      size="xs"
      iconSize={26}
      wrap={false}
      allowNextStepsSelect={false}
      aria-label="Steps"
    >
      {STEPS.map(({ label }, index) => (
        <Stepper.Step
          key={label}
          label={narrow ? undefined : label}
          aria-label={narrow ? `${index + 1} ${label}` : undefined}
        />
      ))}
    </Stepper>
  );
}

interface StepBodyProps {
  form: WizardForm;
  step: number;
  onEdit: (step: number) => void;
}

function StepBody({ form, step, onEdit }: StepBodyProps) {
  switch (step) {
    case 0:
      return <OrganisationStep form={form} />;
    case 1:
      return <PlanStep form={form} />;
    case 2:
      return <ResidencyStep form={form} />;
    case 3:
      return <ModelStep form={form} />;
    case 4:
      return <AdministratorStep form={form} />;
    default:
      return <ReviewStep values={form.values} onEdit={onEdit} />;
  }
}
