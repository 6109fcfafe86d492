import { Button, Group, Modal, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { SsoProvider } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, Identifier, KeyValueList, SkeletonLine, saveFile } from '../../ui';
import classes from './sso.module.css';

interface ServiceDialogProps {
  opened: boolean;
  provider: SsoProvider;
  onClose: () => void;
}

/** What is entered at a SAML provider so that it knows this console. */
export function ServiceDialog({ opened, provider, onClose }: ServiceDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={`For the provider: ${provider.name}`} size={640}>
      <Service provider={provider} />
    </Modal>
  );
}

function Service({ provider: { id, name } }: Pick<ServiceDialogProps, 'provider'>) {
  const { query } = useTenantApi();
  const service = useQuery(query.sso.service.queryOptions({ input: { id } }));
  if (service.isError) {
    return (
      <ErrorNotice error={service.error} doing="The addresses could not be read." onRetry={service.refetch} />
    );
  }
  if (!service.data) return <SkeletonLine />;
  const { entityId, acsUrl, certificate, metadata } = service.data;
  const file = name.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase();
  return (
    <Stack gap="md">
      <p className={classes.hint}>
        Enter these at the provider, or give it the metadata, which hold all of it. The addresses are those of
        the installation’s listener; they change when an operator changes its name or port.
      </p>
      <KeyValueList
        items={[
          { label: 'Entity id', value: <Identifier value={entityId} label="entity id" /> },
          { label: 'ACS URL (HTTP-POST)', value: <Identifier value={acsUrl} label="ACS URL" /> },
          { label: 'Assertions', value: 'Must be signed; may be encrypted, with AES-GCM.' },
        ]}
      />
      <Group gap="xs">
        <Button
          leftSection={<IconDownload size={16} />}
          onClick={() => saveFile(`${file}-metadata.xml`, 'application/samlmetadata+xml', [metadata])}
        >
          Download metadata
        </Button>
        <Button
          variant="default"
          onClick={() => saveFile(`${file}.pem`, 'application/x-pem-file', [certificate])}
        >
          Certificate alone
        </Button>
      </Group>
    </Stack>
  );
}
