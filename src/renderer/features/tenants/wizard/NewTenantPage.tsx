import { Button, Group, Stepper } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';
import { installation } from '../../../app/api';
import { ErrorNotice, fieldProblems, PageHeader, Section } from '../../../ui';
import { AdministratorStep } from './AdministratorStep';
import { ModelStep } from './ModelStep';
import { OrganisationStep } from './OrganisationStep';
import { PlanStep } from './PlanStep';
import { Provisioning } from './Provisioning';
import { ResidencyStep } from './ResidencyStep';
import { ReviewStep } from './ReviewStep';
import classes from './wizard.module.css';
import { checkStep, STEPS, stepOfFields, toInput, useWizardForm, type WizardForm } from './wizardForm';

const LAST = STEPS.length - 1;

/** Creates a tenant: six questions, a review, then the steps of provisioning. */
export function NewTenantPage() {
  const form = useWizardForm();
  const [step, setStep] = useState(0);
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
