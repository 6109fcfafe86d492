import { ActionIcon, Select } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { ErrorNotice, placeLabel, Status } from '../../ui';
import { modelWords, type TenantModel, useTenantModels, whereWords } from '../assistant/models';
import { isLastResort } from './answers';
import classes from './settings.module.css';

const MOST_FALLBACKS = 5;

interface ModelChoiceProps {
  model: string;
  fallbacks: readonly string[];
  onModel: (model: string) => void;
  onFallbacks: (fallbacks: string[]) => void;
}

/** The model and its fallbacks in their order; what the residency forbids says so. */
export function ModelChoice({ model, fallbacks, onModel, onFallbacks }: ModelChoiceProps) {
  const { models, failed, error, retry } = useTenantModels();
  const find = (id: string) => models.find((each) => each.model.id === id);
  const swap = (from: number, to: number) => {
    const next = [...fallbacks];
    const [moved] = next.splice(from, 1);
    if (moved !== undefined) next.splice(to, 0, moved);
    onFallbacks(next);
  };
  const addable = models.filter(
    (each) => each.model.id !== model && !fallbacks.includes(each.model.id) && !isLastResort(each.model.id),
  );
  return (
    <div className={classes.models}>
      {failed && <ErrorNotice error={error} doing="The models could not be read." onRetry={retry} />}
      <ModelSelect
        label="Model"
        value={model}
        models={models}
        missing={find(model) ? null : model}
        onChange={(id) => {
          onModel(id);
          onFallbacks(fallbacks.filter((each) => each !== id));
        }}
      />
      <Standing entry={find(model)} loaded={models.length > 0} />
      <div>
        <h4 className={classes.subtitle} id="fallbacks">
          Fallbacks, in this order
        </h4>
        <ol className={classes.fallbacks} aria-labelledby="fallbacks">
          {fallbacks.map((id, index) => (
            <li key={id}>
              <span className={classes.rank}>{index + 1}</span>
              <span className={classes.fallbackWords}>
                <strong>{modelWords(id)}</strong>
                <Standing entry={find(id)} loaded={models.length > 0} />
              </span>
              <ActionIcon
                className={classes.move}
                variant="subtle"
                color="gray"
                aria-label={`Move ${modelWords(id)} up`}
                disabled={index === 0}
                onClick={() => swap(index, index - 1)}
              >
                <IconArrowUp size={16} />
              </ActionIcon>
              <ActionIcon
                className={classes.move}
                variant="subtle"
                color="gray"
                aria-label={`Move ${modelWords(id)} down`}
                disabled={index === fallbacks.length - 1}
                onClick={() => swap(index, index + 1)}
              >
                <IconArrowDown size={16} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove ${modelWords(id)} from the fallbacks`}
                onClick={() => onFallbacks(fallbacks.filter((each) => each !== id))}
              >
                <IconX size={16} />
              </ActionIcon>
            </li>
          ))}
          <li data-last>
            <span className={classes.rank}>{fallbacks.length + 1}</span>
            <span className={classes.fallbackWords}>
              <strong>Quotations from the documents</strong>
              <span className="muted">Always the last: when no model answers, nothing is invented.</span>
            </span>
          </li>
        </ol>
      </div>
      {fallbacks.length < MOST_FALLBACKS && addable.length > 0 && (
        <ModelSelect
          label="Add a fallback"
          value={null}
          models={addable}
          missing={null}
          onChange={(id) => onFallbacks([...fallbacks, id])}
        />
      )}
    </div>
  );
}

function Standing({ entry, loaded }: { entry: TenantModel | undefined; loaded: boolean }) {
  if (!loaded) return null;
  if (!entry) return <Status tone="warn" label="Not there now: its server is silent, or it was deleted" />;
  if (!entry.allowed) return <Status tone="bad" label={entry.reason ?? 'This tenant may not use it.'} />;
  return <Status tone="ok" label={`Allowed, runs ${whereWords(entry.model.place)}`} />;
}

interface ModelSelectProps {
  label: string;
  value: string | null;
  models: readonly TenantModel[];
  /** A model that is set but not in the list. */
  missing: string | null;
  onChange: (id: string) => void;
}

function ModelSelect({ label, value, models, missing, onChange }: ModelSelectProps) {
  const entries = new Map(models.map((each) => [each.model.id, each]));
  return (
    <Select
      label={label}
      placeholder="Choose a model"
      maw={480}
      allowDeselect={false}
      value={value}
      onChange={(next) => next && onChange(next)}
      data={[
        ...(missing ? [{ value: missing, label: modelWords(missing), disabled: true }] : []),
        ...models.map(({ model, allowed }) => ({
          value: model.id,
          label: modelWords(model.id),
          disabled: !allowed,
        })),
      ]}
      renderOption={({ option }) => {
        const entry = entries.get(option.value);
        return (
          <span className={classes.option}>
            <span>{option.label}</span>
            <span className="muted">
              {!entry && 'Not there now'}
              {entry && (entry.allowed ? placeLabel(entry.model.place) : entry.reason)}
            </span>
          </span>
        );
      }}
    />
  );
}
