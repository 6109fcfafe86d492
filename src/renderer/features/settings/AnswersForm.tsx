import { Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Configuration } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, fieldProblems, format, problemOf, Section } from '../../ui';
import { useTenantModels } from '../assistant/models';
import {
  type AnswersFields,
  defaultsOf,
  differing,
  fieldsOf,
  PARAMETER_NAMES,
  parameterProblem,
  updateOf,
  withModel,
} from './answers';
import { ConflictNotice } from './ConflictNotice';
import { ModelChoice } from './ModelChoice';
import { Parameters } from './Parameters';
import { SaveBar } from './SaveBar';
import classes from './settings.module.css';

const MOST_CHARACTERS = 8000;

interface AnswersFormProps {
  configuration: Configuration;
  readAgain: () => Promise<Configuration | undefined>;
  onDirty: (dirty: boolean) => void;
}

/** Model, fallbacks, parameters and instructions: how the tenant's questions are answered. */
export function AnswersForm({ configuration, readAgain, onDirty }: AnswersFormProps) {
  const { client, query } = useTenantApi();
  const cache = useQueryClient();
  const [base, setBase] = useState(configuration);
  const [theirs, setTheirs] = useState<Configuration | null>(null);
  const form = useForm<AnswersFields>({
    initialValues: fieldsOf(configuration),
    validate: {
      parameters: Object.fromEntries(
        PARAMETER_NAMES.map((name) => [name, (value: number | string) => parameterProblem(name, value)]),
      ),
    },
  });
  const { models } = useTenantModels();
  const dirty = form.isDirty();
  useEffect(() => onDirty(dirty), [dirty, onDirty]);
  useEffect(() => () => onDirty(false), [onDirty]);

  const begin = (from: Configuration) => {
    setBase(from);
    setTheirs(null);
    form.setInitialValues(fieldsOf(from));
    form.setValues(fieldsOf(from));
  };
  // A newer state that was read meanwhile is shown as long as nothing was typed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the version counts
  useEffect(() => {
    if (!dirty && configuration.version !== base.version) begin(configuration);
  }, [configuration.version, dirty]);

  const save = useMutation({
    mutationFn: ({ fields, version }: { fields: AnswersFields; version: number }) =>
      client.configuration.update(updateOf(fields, version)),
    onSuccess: async (saved) => {
      begin(saved);
      notifications.show({
        title: 'Answers saved',
        message: `Version ${saved.version} holds for questions from now on.`,
      });
      cache.setQueryData(query.configuration.read.queryKey({ input: {} }), saved);
      await Promise.all([
        cache.invalidateQueries({ queryKey: query.configuration.key() }),
        cache.invalidateQueries({ queryKey: query.identity.standing.key() }),
      ]);
    },
    onError: async (error) => {
      form.setErrors(fieldProblems(error));
      if (problemOf(error).code !== 'CONFLICT') return;
      const present = await readAgain().catch(() => undefined);
      if (present && present.version !== base.version) setTheirs(present);
    },
  });
  const { instructions } = form.values;

  return (
    <form
      noValidate
      aria-label="Answers"
      className={classes.page}
      onSubmit={form.onSubmit((fields) => save.mutate({ fields, version: base.version }))}
    >
      <Section
        title="Model"
        description="The model that answers, and those that take over, in this order, when it cannot."
      >
        <ModelChoice
          model={form.values.model}
          fallbacks={form.values.fallbacks}
          onModel={(model) => form.setValues({ model, parameters: withModel(form.values, model, models) })}
          onFallbacks={(fallbacks) => form.setFieldValue('fallbacks', fallbacks)}
        />
      </Section>
      <Parameters
        form={form}
        defaults={defaultsOf(form.values.model, models)}
        starter={models.some(({ model }) => model.starter && model.id === form.values.model)}
      />
      <Section
        title="Instructions"
        description="What the model is told before every question of this tenant."
      >
        <Textarea
          aria-label="Instructions"
          placeholder="Answer in British English. Name the document for every figure."
          autosize
          minRows={4}
          maxRows={16}
          maxLength={MOST_CHARACTERS}
          {...form.getInputProps('instructions')}
        />
        <div className={classes.count}>
          {format.count(instructions.length)} of {format.count(MOST_CHARACTERS)} characters
        </div>
      </Section>
      {theirs ? (
        <ConflictNotice
          differing={differing(form.values, fieldsOf(theirs))}
          onTheirs={() => {
            save.reset();
            begin(theirs);
          }}
          onMine={() => save.mutate({ fields: form.values, version: theirs.version })}
        />
      ) : (
        save.isError && <ErrorNotice error={save.error} doing="The settings could not be saved." />
      )}
      <SaveBar
        dirty={dirty}
        saving={save.isPending}
        action="Save answers"
        onDiscard={() => {
          save.reset();
          setTheirs(null);
          form.reset();
        }}
      />
    </form>
  );
}
