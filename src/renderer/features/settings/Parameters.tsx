import { Button, NumberInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconRestore } from '@tabler/icons-react';
import { FieldHelp, Section } from '../../ui';
import { type AnswersFields, DEFAULTS, PARAMETER_NAMES, PARAMETERS, type ParameterName } from './answers';
import classes from './settings.module.css';

/** The specification's parameters, each with its help, its default and a way back to it. */
export function Parameters({ form }: { form: UseFormReturnType<AnswersFields> }) {
  const { parameters } = form.values;
  const allDefault = PARAMETER_NAMES.every((name) => parameters[name] === DEFAULTS[name]);
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
          onClick={() => form.setFieldValue('parameters', { ...DEFAULTS })}
        >
          Reset all
        </Button>
      }
    >
      <div className={classes.fields}>
        {PARAMETER_NAMES.map((name) => (
          <Parameter key={name} name={name} form={form} />
        ))}
      </div>
    </Section>
  );
}

function Parameter({ name, form }: { name: ParameterName; form: UseFormReturnType<AnswersFields> }) {
  const { label, help, step, min, max, decimals } = PARAMETERS[name];
  const path = `parameters.${name}` as const;
  const isDefault = form.values.parameters[name] === DEFAULTS[name];
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
            onClick={() => form.setFieldValue(path, DEFAULTS[name])}
          >
            <span>
              Reset <span className="visually-hidden">{label}</span> to {DEFAULTS[name]}
            </span>
          </Button>
        )}
      </div>
    </div>
  );
}
