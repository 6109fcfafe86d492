import { Anchor } from '@mantine/core';
import { KeyValueList, modelName, RESIDENCY_MODES, residencyStatus, Status } from '../../../ui';
import classes from './wizard.module.css';
import { STEPS, type WizardValues } from './wizardForm';

interface ReviewStepProps {
  values: WizardValues;
  onEdit: (step: number) => void;
}

/** Everything that was answered, each with a way back. */
export function ReviewStep({ values, onEdit }: ReviewStepProps) {
  const { name, domain, plan, residency, model, administrator } = values;
  const answers = [
    <>
      {name}, <span className="mono">{domain}</span>
    </>,
    <span key="plan" style={{ textTransform: 'capitalize' }}>
      {plan}
    </span>,
    <>
      <Status {...residencyStatus(residency)} />
      <div className="muted">{RESIDENCY_MODES[residency.mode].meaning}</div>
    </>,
    <span key="model" title={model}>
      {modelName(model)}
    </span>,
    <>
      {administrator.name}, {administrator.email}
    </>,
  ];
  return (
    <KeyValueList
      items={answers.map((answer, step) => ({
        label: STEPS[step]?.label ?? '',
        value: (
          <div className={classes.answer}>
            <div>{answer}</div>
            <Anchor component="button" type="button" size="sm" onClick={() => onEdit(step)}>
              Change<span className="visually-hidden"> {STEPS[step]?.label}</span>
            </Anchor>
          </div>
        ),
      }))}
    />
  );
}
