import { Button, Checkbox, Group, NumberInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { KeptIdentityPolicy, Role } from '../../../contract';
import { ROLE_WORDS } from '../../app/frame/roles';
import { ErrorNotice, fieldProblems, Section, SkeletonPanel } from '../../ui';
import classes from './account.module.css';
import type { AccountApi } from './accountApi';

interface PolicySectionProps {
  account: AccountApi;
  description: string;
  /** The roles of whom a second factor can be demanded here. */
  roles: readonly Role[];
}

/** What holds about passwords, sessions and second factors, to be set by an administrator. */
export function PolicySection({ account, description, roles }: PolicySectionProps) {
  const policy = useQuery(account.query.policy.queryOptions({ input: {} }));
  return (
    <Section title="Sign-in policy" description={description}>
      {policy.isError && <ErrorNotice error={policy.error} onRetry={() => void policy.refetch()} />}
      {policy.isPending && <SkeletonPanel lines={4} />}
      {policy.data && (
        <PolicyForm
          key={policy.data.revision}
          policy={policy.data}
          account={account}
          roles={roles}
          onSet={() => void policy.refetch()}
        />
      )}
    </Section>
  );
}

interface PolicyFormProps {
  policy: KeptIdentityPolicy;
  account: AccountApi;
  roles: readonly Role[];
  onSet: () => void;
}

/** Numbers as a field holds them: empty while one types. */
type Typed = number | string;

interface PolicyValues {
  minimumLength: Typed;
  characterClasses: Typed;
  history: Typed;
  /** 0 for never. */
  maximumAgeDays: Typed;
  idleMinutes: Typed;
  absoluteMinutes: Typed;
  secondFactorFor: Role[];
}

function valuesOf({ password, sessions, secondFactorFor }: KeptIdentityPolicy): PolicyValues {
  return { ...password, maximumAgeDays: password.maximumAgeDays ?? 0, ...sessions, secondFactorFor };
}

function policyOf(values: PolicyValues, revision: number): KeptIdentityPolicy {
  return {
    revision,
    password: {
      minimumLength: Number(values.minimumLength),
      characterClasses: Number(values.characterClasses),
      history: Number(values.history),
      maximumAgeDays: Number(values.maximumAgeDays) || null,
    },
    sessions: {
      idleMinutes: Number(values.idleMinutes),
      absoluteMinutes: Number(values.absoluteMinutes),
    },
    secondFactorFor: values.secondFactorFor,
  };
}

function PolicyForm({ policy, account, roles, onSet }: PolicyFormProps) {
  const form = useForm({ initialValues: valuesOf(policy) });
  const set = useMutation({
    mutationFn: (values: PolicyValues) => account.client.setPolicy(policyOf(values, policy.revision)),
    onSuccess: () => {
      notifications.show({
        title: 'The sign-in policy was set',
        message: 'It holds from now on, also for sessions that have begun.',
      });
      onSet();
    },
    onError: (error) => form.setErrors(withoutGroups(fieldProblems(error))),
  });
  return (
    <form onSubmit={form.onSubmit((values) => set.mutate(values))} noValidate>
      <Stack gap="lg">
        <div className={classes.numbers}>
          <NumberInput
            label="Least length of passwords"
            suffix=" characters"
            min={8}
            max={64}
            {...form.getInputProps('minimumLength')}
          />
          <NumberInput
            label="Classes of characters"
            description="Of four. 0 asks for none: length counts more."
            min={0}
            max={4}
            {...form.getInputProps('characterClasses')}
          />
          <NumberInput
            label="Earlier passwords that are refused"
            min={0}
            max={24}
            {...form.getInputProps('history')}
          />
          <NumberInput
            label="A new password after"
            description="0 for never."
            suffix=" days"
            min={0}
            max={3650}
            {...form.getInputProps('maximumAgeDays')}
          />
          <NumberInput
            label="A session ends unused after"
            suffix=" min"
            min={1}
            max={1440}
            {...form.getInputProps('idleMinutes')}
          />
          <NumberInput
            label="A session ends in any case after"
            suffix=" min"
            min={5}
            max={43_200}
            {...form.getInputProps('absoluteMinutes')}
          />
        </div>
        <Checkbox.Group
          label="Cannot sign in without a second factor"
          description="Whoever has none sets one up at the next sign-in."
          {...form.getInputProps('secondFactorFor')}
        >
          <Group gap="lg" mt={6}>
            {roles.map((role) => (
              <Checkbox key={role} value={role} label={ROLE_WORDS[role]} />
            ))}
          </Group>
        </Checkbox.Group>
        {set.isError && <ErrorNotice error={set.error} fieldsMarked />}
        <Group justify="flex-end">
          <Button type="submit" disabled={!form.isDirty()} loading={set.isPending}>
            Set policy
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The form is flat: `sessions.idleMinutes` is its field `idleMinutes`. */
function withoutGroups(problems: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(problems).map(([path, problem]) => [path.split('.').at(-1) ?? path, problem]),
  );
}
