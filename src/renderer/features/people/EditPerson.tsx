import { Button, Group, Modal, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { isEmail, useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type Person, TenantRole } from '../../../contract';
import { ROLE_WORDS } from '../../app/frame/roles';
import { useGranted } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, fieldProblems } from '../../ui';
import { usePeopleChanged } from './usePeopleChanged';

interface EditPersonProps {
  person: Person | null;
  /** Whether it is the account of whoever is in front of the window. */
  isOwn: boolean;
  onClose: () => void;
}

/** Changes the name, the address and the roles of a person. */
export function EditPerson({ person, isOwn, onClose }: EditPersonProps) {
  return (
    <Modal opened={person !== null} onClose={onClose} title={`Edit ${person?.name ?? ''}`} size={480}>
      {person && <EditForm person={person} isOwn={isOwn} onClose={onClose} />}
    </Modal>
  );
}

function EditForm({ person, isOwn, onClose }: EditPersonProps & { person: Person }) {
  const { client, query } = useTenantApi();
  const changed = usePeopleChanged();
  const mayGiveRoles = useGranted('access.manage') && !isOwn;
  const roles = useQuery(query.access.roles.queryOptions({ input: {}, enabled: mayGiveRoles }));
  const was = {
    name: person.name,
    email: person.email,
    role: person.role,
    customRoles: person.customRoles.map(({ id }) => id),
  };
  const form = useForm({
    initialValues: was,
    validate: {
      name: (value) => (value.trim() ? null : 'The name is missing'),
      email: isEmail('An e-mail address such as name@acme.example'),
    },
  });
  const edit = useMutation({
    mutationFn: (wishes: typeof was) => client.people.update({ ...wishes, id: person.id, was }),
    onSuccess: async () => {
      onClose();
      await changed();
    },
    onError: (error) => form.setErrors(fieldProblems(error)),
  });
  const directory = person.origin.kind === 'directory' ? person.origin.name : null;
  const theirs = directory === null ? undefined : `Comes from ${directory}; change it there.`;
  return (
    <form onSubmit={form.onSubmit((values) => edit.mutate(values))} noValidate>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label="Name"
          maxLength={120}
          description={theirs}
          disabled={directory !== null}
          {...form.getInputProps('name')}
        />
        <TextInput
          type="email"
          label="E-mail"
          spellCheck={false}
          description={theirs ?? 'The name for signing in.'}
          disabled={directory !== null}
          {...form.getInputProps('email')}
        />
        <Select
          label="Role"
          allowDeselect={false}
          description={theirs ?? (isOwn ? 'Nobody changes what they may do themselves.' : undefined)}
          disabled={directory !== null || !mayGiveRoles}
          data={TenantRole.options.map((value) => ({ value, label: ROLE_WORDS[value] }))}
          {...form.getInputProps('role')}
        />
        <MultiSelect
          label="Custom roles"
          placeholder={form.values.customRoles.length === 0 ? 'None' : undefined}
          disabled={!mayGiveRoles}
          data={[...person.customRoles, ...(roles.data ?? [])]
            .filter(({ id }, at, all) => all.findIndex((each) => each.id === id) === at)
            .map(({ id, name }) => ({ value: id, label: name }))}
          {...form.getInputProps('customRoles')}
        />
        {edit.isError && <ErrorNotice error={edit.error} fieldsMarked />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!form.isDirty()} loading={edit.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
