import { Select } from '@mantine/core';
import { placeLabel } from '../../ui';
import classes from './Composer.module.css';
import { modelWords, type TenantModel } from './models';

interface ModelPickerProps {
  models: readonly TenantModel[];
  /** Whether the models could not be read. */
  failed: boolean;
  /** `null` is the tenant's own choice with its fallbacks. */
  value: string | null;
  onChange: (value: string | null) => void;
}

const DEFAULT = 'default';

/** Chooses the model for the next questions. What the tenant may not use says why. */
export function ModelPicker({ models, failed, value, onChange }: ModelPickerProps) {
  const options = new Map(models.map((each) => [each.model.id, each]));
  return (
    <Select
      aria-label="Model for this question"
      className={classes.model}
      size="xs"
      variant="unstyled"
      allowDeselect={false}
      comboboxProps={{ width: 320, position: 'top-start' }}
      value={value ?? DEFAULT}
      onChange={(next) => onChange(next === DEFAULT ? null : next)}
      data={[
        { value: DEFAULT, label: 'Tenant’s model' },
        ...models.map(({ model, allowed }) => ({
          value: model.id,
          label: modelWords(model.id),
          disabled: !allowed,
        })),
      ]}
      renderOption={({ option }) => (
        <span className={classes.option}>
          <span className={classes.optionName}>{option.label}</span>
          <span className={classes.optionNote}>{noteOf(options.get(option.value), failed)}</span>
        </span>
      )}
    />
  );
}

function noteOf(entry: TenantModel | undefined, failed: boolean): string {
  if (!entry && failed) return 'The other models could not be read';
  if (!entry) return 'As Settings say, with its fallbacks';
  if (!entry.allowed) return entry.reason ?? 'This tenant may not use it.';
  const { place, parameters, starter } = entry.model;
  return [placeLabel(place), parameters, starter ? 'starter model' : null].filter(Boolean).join(' · ');
}
