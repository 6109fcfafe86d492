import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Domain } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, fieldProblems } from '../../ui';
import {
  type CertificateFields,
  CertificateInputs,
  choiceOf,
  problemsAtFields,
  validateCertificate,
} from '../listeners';

const SHOWN = 50;

interface Fields extends CertificateFields {
  name: string;
  tenantId: string | null;
}

/** Gives a tenant a host name with a certificate; a name that it has gets another certificate. */
export function TenantHostForm({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient();
  const [search, setSearch] = useState('');
  const tenants = useQuery({
    ...installation.query.tenants.list.queryOptions({ input: { search: wordsOf(search), limit: SHOWN } }),
    placeholderData: keepPreviousData,
  });
  const form = useForm<Fields>({
    initialValues: { name: '', tenantId: null, certificate: 'internal', chain: '', key: '' },
    validate: (fields) => ({
      name: Domain.safeParse(fields.name).success ? null : 'A host name such as ai.acme.example',
      tenantId: fields.tenantId ? null : 'The tenant is missing',
      ...validateCertificate(fields),
    }),
  });
  const adding = useMutation({
    mutationFn: ({ name, tenantId, ...certificate }: Fields) =>
      installation.client.tenantHosts.set({
        name,
        tenantId: tenantId ?? '',
        certificate: choiceOf(certificate),
      }),
    onSuccess: async ({ name, tenant }) => {
      onClose();
      notifications.show({ title: 'The host name is there', message: `${name} leads to ${tenant.name}.` });
      await cache.invalidateQueries({ queryKey: installation.query.tenantHosts.key() });
    },
    onError: (error) => form.setErrors(problemsAtFields(fieldProblems(error))),
  });
  const options = tenants.data?.tenants.map(({ id, name, domain }) => ({
    value: id,
    label: `${name} (${domain})`,
  }));
  return (
    <form noValidate onSubmit={form.onSubmit((fields) => adding.mutate(fields))}>
      <Stack gap="md">
        <TextInput
          data-autofocus
          label="Host name"
          placeholder="ai.acme.example"
          autoCapitalize="none"
          spellCheck={false}
          {...form.getInputProps('name')}
        />
        <Select
          label="Tenant"
          searchable
          data={options ?? []}
          searchValue={search}
          onSearchChange={setSearch}
          filter={({ options: all }) => all}
          nothingFoundMessage="No tenant is called that"
          {...form.getInputProps('tenantId')}
        />
        <CertificateInputs form={form} hasCertificate={false} chosen={form.getValues().certificate} />
        {adding.isError && <ErrorNotice error={adding.error} fieldsMarked />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={adding.isPending}>
            Add host name
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What is searched for: of a tenant that was chosen the field shows the domain too. */
function wordsOf(search: string): string {
  return search.replace(/ \([^)]*\)$/, '').trim();
}
