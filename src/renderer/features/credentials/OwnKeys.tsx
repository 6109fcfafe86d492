import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey } from '../../../contract';
import { faceOf, permissionsOf, usePrincipal } from '../../app/session';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, Section } from '../../ui';
import { KeyTable } from './KeyTable';
import { NewKeyDialog } from './NewKeyDialog';
import { RevokeKeyDialog } from './RevokeKeyDialog';

/** A member’s own API keys. */
export function OwnKeys() {
  const principal = usePrincipal();
  const { client, query } = useTenantApi();
  const keys = useQuery(query.apiKeys.list.queryOptions({ input: {} }));
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const close = () => {
    setMaking(false);
    setRevoking(null);
    void keys.refetch();
  };
  return (
    <Section
      title="API keys"
      description="For programs that act in your name."
      padding="flush"
      actions={
        <Button variant="default" onClick={() => setMaking(true)}>
          New key
        </Button>
      }
    >
      {keys.isError && <ErrorNotice error={keys.error} onRetry={() => void keys.refetch()} />}
      <KeyTable label="API keys" keys={keys.data} owners={false} onRevoke={setRevoking} />
      <NewKeyDialog
        ownerName={making ? faceOf(principal).name : null}
        permissions={permissionsOf(principal)}
        create={(wishes) => client.apiKeys.create(wishes)}
        onClose={close}
      />
      <RevokeKeyDialog apiKey={revoking} revoke={(input) => client.apiKeys.revoke(input)} onClose={close} />
    </Section>
  );
}
