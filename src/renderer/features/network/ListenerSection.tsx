import { Button, Group, Modal, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SignOnListener } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, fieldProblems, Section, SkeletonPanel } from '../../ui';
import {
  choiceOf,
  ListenerFacts,
  type ListenerFields,
  ListenerInputs,
  listenerFieldsOf,
  problemsAtFields,
  settingsOf,
  validateListener,
} from '../listeners';

/** The listener to which browsers and providers of sign-on come back. */
export function ListenerSection() {
  const listener = useQuery(installation.query.signOn.listener.queryOptions({ input: {} }));
  const [opened, dialogue] = useDisclosure(false);
  return (
    <Section
      title="Listener of sign-on"
      description="Where browsers come back from the provider of an organisation, and where it tells of sign-outs. It answers nothing else."
      actions={
        listener.data && (
          <Button variant="default" onClick={dialogue.open}>
            Change…
          </Button>
        )
      }
    >
      {listener.data ? (
        <ListenerFacts
          {...listener.data}
          closedWords="No tenant has enabled a provider that needs it."
          fileName="sign-on-listener.pem"
        />
      ) : listener.isError ? (
        <ErrorNotice
          error={listener.error}
          doing="The listener could not be read."
          onRetry={listener.refetch}
        />
      ) : (
        <SkeletonPanel lines={3} />
      )}
      <Modal opened={opened} onClose={dialogue.close} title="Listener of sign-on" size={620}>
        {listener.data && <ListenerForm listener={listener.data} onClose={dialogue.close} />}
      </Modal>
    </Section>
  );
}

function ListenerForm({ listener, onClose }: { listener: SignOnListener; onClose: () => void }) {
  const cache = useQueryClient();
  const hasCertificate = listener.certificate !== null;
  const form = useForm<ListenerFields>({
    initialValues: listenerFieldsOf(listener.settings, hasCertificate),
    validate: validateListener,
  });
  const change = useMutation({
    mutationFn: (fields: ListenerFields) =>
      installation.client.signOn.setListener({
        settings: settingsOf(fields),
        certificate: choiceOf(fields),
      }),
    onSuccess: async () => {
      onClose();
      await cache.invalidateQueries({ queryKey: installation.query.signOn.key() });
    },
    onError: (error) => form.setErrors(problemsAtFields(fieldProblems(error))),
  });
  return (
    <form onSubmit={form.onSubmit((fields) => change.mutate(fields))} noValidate>
      <Stack gap="md">
        <div>
          Providers have these addresses registered: after a change of name or port each has to be given the
          new ones. Providers that tell of sign-outs must be able to resolve the name.
        </div>
        <ListenerInputs form={form} hasCertificate={hasCertificate} />
        {change.isError && <ErrorNotice error={change.error} fieldsMarked />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={change.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
