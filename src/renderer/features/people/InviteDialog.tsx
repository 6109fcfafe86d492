import { Button, Group, Modal, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { isEmail, useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type IssuedInvitation, TenantRole } from '../../../contract';
import { ROLE_WORDS } from '../../app/frame/roles';
import { useGranted } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, fieldProblems } from '../../ui';
import { InvitationSheet } from './InvitationSheet';
import { usePeopleChanged } from './usePeopleChanged';

/** Asks whom to invite, adds them, and shows their code once. */
export function InviteDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [issued, setIssued] = useState<IssuedInvitation | null>(null);
  const close = () => {
    setIssued(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={issued ? `Invitation of ${issued.person.name}` : 'Invite a person'}
      size={520}
      closeOnClickOutside={false}
      closeOnEscape={issued === null}
      withCloseButton={issued === null}
    >
      {issued ? (
        <InvitationSheet issued={issued} onDone={close} />
      ) : (
        <InviteForm onIssued={setIssued} onClose={close} />
      )}
    </Modal>
  );
}

interface InviteFormProps {
  onIssued: (issued: IssuedInvitation) => void;
  onClose: () => void;
}

function InviteForm({ onIssued, onClose }: InviteFormProps) {
  const { client, query } = useTenantApi();
  const changed = usePeopleChanged();
  const mayGiveRoles = useGranted('access.manage');
  const roles = useQuery(query.access.roles.queryOptions({ input: {}, enabled: mayGiveRoles }));
  const policy = useQuery(query.people.policy.queryOptions({ input: {} }));
  const form = useForm({
    initialValues: { name: '', email: '', role: 'user' as TenantRole, customRoles: [] as string[] },
    validate: {
      name: (value) => (value.trim() ? null : 'The name is missing'),
      email: isEmail('An e-mail address such as name@acme.example'),
    },
  });
  const invitation = useMutation({
    mutationFn: (wishes: typeof form.values) => client.people.invite(wishes),
    onSuccess: async (issued) => {
      onIssued(issued);
      await changed();
    },
    onError: (error) => form.setErrors(fieldProblems(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => invitation.mutate(values))} noValidate>
      <Stack gap="md">
        <TextInput data-autofocus label="Name" maxLength={120} {...form.getInputProps('name')} />
        <TextInput
          type="email"
          label="E-mail"
          description="The name for signing in. Nothing is sent to it."
          spellCheck={false}
          {...form.getInputProps('email')}
        />
        <Select
          label="Role"
          allowDeselect={false}
          data={TenantRole.options.map((value) => ({ value, label: ROLE_WORDS[value] }))}
          {...form.getInputProps('role')}
        />
        {mayGiveRoles && (roles.data ?? []).length > 0 && (
          <MultiSelect
            label="Custom roles"
            placeholder={form.values.customRoles.length === 0 ? 'None' : undefined}
            data={(roles.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            {...form.getInputProps('customRoles')}
          />
        )}
        <div className="muted">
          You get a code to hand over, with which the person sets a password that you never see.
          {policy.data && ` It is good for ${policy.data.hours} hours.`}
        </div>
        {invitation.isError && <ErrorNotice error={invitation.error} fieldsMarked />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={invitation.isPending}>
            Invite
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
