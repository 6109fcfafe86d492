import { Button, NumberInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconRestore } from '@tabler/icons-react';
import type { ModelParameters } from '../../../contract';
import { FieldHelp, format, Section } from '../../ui';
import { type AnswersFields, PARAMETER_NAMES, PARAMETERS, type ParameterName } from './answers';
import classes from './settings.module.css';

interface ParametersProps {
  form: UseFormReturnType<AnswersFields>;
  /** Those of the chosen model. */
  defaults: ModelParameters;
  /** Whether the model that comes with the console is chosen. */
  starter: boolean;
}

/** The specification's parameters, each with its help, its default and a way back to it. */
export function Parameters({ form, defaults, starter }: ParametersProps) {
  const { parameters } = form.values;
  const allDefault = PARAMETER_NAMES.every((name) => parameters[name] === defaults[name]);
  return (
    <Section
      title="Parameters"
      description="How the model writes. Not every server knows all of them; what it does not know it ignores."
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRestore aria-hidden size={14} />}
          disabled={allDefault}
          onClick={() => form.setFieldValue('parameters', { ...defaults })}
        >
          Reset all
        </Button>
      }
    >
      <div className={classes.fields}>
        {PARAMETER_NAMES.map((name) => (
          <Parameter key={name} name={name} form={form} initial={defaults[name]} />
        ))}
      </div>
      {starter && Number(parameters.maxTokens) > defaults.maxTokens && (
        <p className={classes.runsOn}>
          The starter model seldom ends by itself. Without a graphics card{' '}
          {format.count(Number(parameters.maxTokens))} tokens of it take a minute and more;{' '}
          {format.count(defaults.maxTokens)} are enough for a few paragraphs.
        </p>
      )}
    </Section>
  );
}

interface ParameterProps {
  name: ParameterName;
  form: UseFormReturnType<AnswersFields>;
  initial: number;
}

function Parameter({ name, form, initial }: ParameterProps) {
  const { label, help, step, min, max, decimals } = PARAMETERS[name];
  const path = `parameters.${name}` as const;
  const isDefault = form.values.parameters[name] === initial;
  const id = `parameter-${name}`;
  return (
    <div>
      <div className={classes.label}>
        <label htmlFor={id}>{label}</label>
        <FieldHelp about={label}>{help}</FieldHelp>
      </div>
      <NumberInput
        id={id}
        step={step}
        min={min}
        max={max}
        clampBehavior="none"
        decimalScale={decimals}
        allowDecimal={decimals > 0}
        thousandSeparator={decimals > 0 ? undefined : ','}
        {...form.getInputProps(path)}
      />
      <div className={classes.default}>
        {isDefault ? (
          <span>Default</span>
        ) : (
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => form.setFieldValue(path, initial)}
          >
            <span>
              Reset <span className="visually-hidden">{label}</span> to {initial.toLocaleString('en-GB')}
            </span>
          </Button>
        )}
      </div>
    </div>
  );
}
