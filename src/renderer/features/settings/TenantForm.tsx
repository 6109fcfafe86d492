import { Radio, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Domain, PlanId, Region, type Residency, ResidencyMode, type Tenant } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, fieldProblems, problemOf, RESIDENCY_MODES, Section } from '../../ui';
import { useTenantChanged } from '../lifecycle';
import { ConflictNotice } from './ConflictNotice';
import { SaveBar } from './SaveBar';
import classes from './settings.module.css';

interface TenantFormProps {
  tenant: Tenant;
  onDirty: (dirty: boolean) => void;
}

/** The description under the field, so that fields beside each other stand on one line. */
const BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

interface Fields {
  name: string;
  domain: string;
  plan: PlanId;
  mode: ResidencyMode;
  regions: string[];
}

const WORDS: Record<keyof Fields, string> = {
  name: 'name',
  domain: 'domain',
  plan: 'plan',
  mode: 'residency',
  regions: 'regions',
};

const fieldsOf = ({ name, domain, plan, residency }: Tenant): Fields => ({
  name,
  domain,
  plan,
  mode: residency.mode,
  regions: residency.regions,
});

const residencyOf = ({ mode, regions }: Fields): Residency => ({
  mode,
  regions: mode === 'region-bound' ? regions : [],
});

function differing(mine: Fields, theirs: Fields): string[] {
  return (Object.keys(WORDS) as (keyof Fields)[])
    .filter((key) => JSON.stringify(mine[key]) !== JSON.stringify(theirs[key]))
    .map((key) => WORDS[key]);
}

/** Name, domain, plan and residency of a tenant, for operators. */
export function TenantForm({ tenant, onDirty }: TenantFormProps) {
  const changed = useTenantChanged();
  const plans = useQuery(installation.query.plans.list.queryOptions({ input: {} }));
  const [base, setBase] = useState(tenant);
  const [theirs, setTheirs] = useState<Tenant | null>(null);
  const form = useForm<Fields>({
    initialValues: fieldsOf(tenant),
    validate: {
      name: (value) => (value.trim() ? null : 'A name'),
      domain: (value) => (Domain.safeParse(value).success ? null : 'A host name such as acme.example'),
      regions: (value, { mode }) => {
        if (mode !== 'region-bound') return null;
        if (value.length === 0) return 'At least one region';
        return value.every((region) => Region.safeParse(region).success) ? null : 'Regions such as eu-de';
      },
    },
  });
  const dirty = form.isDirty();
  useEffect(() => onDirty(dirty), [dirty, onDirty]);
  useEffect(() => () => onDirty(false), [onDirty]);

  const begin = (from: Tenant) => {
    setBase(from);
    setTheirs(null);
    form.setInitialValues(fieldsOf(from));
    form.setValues(fieldsOf(from));
  };
  // A newer state that was read meanwhile is shown as long as nothing was typed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the revision counts
  useEffect(() => {
    if (!dirty && tenant.revision !== base.revision) begin(tenant);
  }, [tenant.revision, dirty]);

  const save = useMutation({
    mutationFn: ({ fields, revision }: { fields: Fields; revision: number }) =>
      installation.client.tenants.update({
        id: tenant.id,
        revision,
        name: fields.name.trim(),
        domain: fields.domain,
        plan: fields.plan,
        residency: residencyOf(fields),
      }),
    onSuccess: async (saved) => {
      begin(saved);
      notifications.show({ title: 'Tenant saved', message: `${saved.name}, revision ${saved.revision}` });
      await changed(saved);
    },
    onError: async (error) => {
      form.setErrors(fieldProblems(error));
      if (problemOf(error).code === 'CONFLICT' && Object.keys(fieldProblems(error)).length === 0) {
        const present = await installation.client.tenants.read({ id: tenant.id }).catch(() => null);
        if (present && present.revision !== base.revision) setTheirs(present);
      }
    },
  });

  return (
    <form
      noValidate
      aria-label="Tenant"
      onSubmit={form.onSubmit((fields) => save.mutate({ fields, revision: base.revision }))}
    >
      <Section title="Tenant" description="For operators. A change stands in the audit chain.">
        <div className={classes.fields}>
          <TextInput label="Name" maxLength={120} {...form.getInputProps('name')} />
          <TextInput
            label="Domain"
            description="Members sign in with it."
            inputWrapperOrder={BELOW}
            spellCheck={false}
            autoCapitalize="none"
            {...form.getInputProps('domain')}
          />
          <Select
            label="Plan"
            allowDeselect={false}
            data={PlanId.options.map((id) => ({
              value: id,
              label: plans.data?.find((plan) => plan.id === id)?.name ?? id,
            }))}
            description={plans.data?.find((plan) => plan.id === form.values.plan)?.summary}
            inputWrapperOrder={BELOW}
            {...form.getInputProps('plan')}
          />
        </div>
        <Radio.Group
          label="Residency"
          description="Where the tenant’s words may be processed. The router obeys it, and the egress broker refuses again."
          mt="md"
          {...form.getInputProps('mode')}
        >
          <Stack gap={8} mt={8}>
            {ResidencyMode.options.map((mode) => (
              <Radio
                key={mode}
                value={mode}
                label={RESIDENCY_MODES[mode].label}
                description={RESIDENCY_MODES[mode].meaning}
              />
            ))}
          </Stack>
        </Radio.Group>
        {form.values.mode === 'region-bound' && (
          <TagsInput
            label="Regions"
            description="As operators declared them for the endpoints. Enter adds one."
            placeholder="eu-de"
            maxTags={20}
            maw={480}
            mt="sm"
            clearable
            clearButtonProps={{ 'aria-label': 'Clear the regions' }}
            {...form.getInputProps('regions')}
          />
        )}
        {theirs ? (
          <ConflictNotice
            differing={differing(form.values, fieldsOf(theirs))}
            onTheirs={() => {
              save.reset();
              begin(theirs);
            }}
            onMine={() => save.mutate({ fields: form.values, revision: theirs.revision })}
          />
        ) : (
          save.isError && (
            <div className={classes.error}>
              <ErrorNotice error={save.error} doing="The tenant could not be saved." />
            </div>
          )
        )}
        <SaveBar
          dirty={dirty}
          saving={save.isPending}
          action="Save tenant"
          onDiscard={() => {
            save.reset();
            setTheirs(null);
            form.reset();
          }}
        />
      </Section>
    </form>
  );
}
