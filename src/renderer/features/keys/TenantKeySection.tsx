import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { TenantKeyState } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, Identifier, KeyValueList, RelativeTime, Section, SkeletonPanel } from '../../ui';
import classes from './keys.module.css';
import { MakeKit } from './MakeKit';
import { RotateKey } from './RotateKey';
import { KeyStatus, KitStatus } from './words';

/** The key of one tenant's database: its age, its kit, and the rotation. For operators. */
export function TenantKeySection({ tenantId }: { tenantId: string }) {
  const keys = useQuery(installation.query.keys.tenants.queryOptions({ input: {} }));
  const [dialogue, setDialogue] = useState<'rotate' | 'kit' | null>(null);
  const state = keys.data?.tenants.find((tenant) => tenant.tenantId === tenantId);
  return (
    <Section
      title="Database key"
      description="Protects everything of this tenant on the disk. Lost without a kit, all of it is."
      actions={
        state && (
          <div className={classes.actions}>
            <Button variant="default" onClick={() => setDialogue('kit')}>
              Make a recovery kit…
            </Button>
            <Button onClick={() => setDialogue('rotate')}>
              {state.rotating ? 'Show the rotation' : 'Rotate the key…'}
            </Button>
          </div>
        )
      }
    >
      {state ? (
        <KeyFacts state={state} />
      ) : keys.isError ? (
        <ErrorNotice error={keys.error} doing="The key could not be looked up." onRetry={keys.refetch} />
      ) : (
        <SkeletonPanel lines={4} />
      )}
      {state && dialogue === 'rotate' && (
        <RotateKey
          tenantId={tenantId}
          name={state.name}
          rotating={state.rotating}
          onClose={() => setDialogue(null)}
        />
      )}
      {state && dialogue === 'kit' && (
        <MakeKit tenantId={tenantId} subject={state.name} onClose={() => setDialogue(null)} />
      )}
    </Section>
  );
}

function KeyFacts({ state }: { state: TenantKeyState }) {
  const never = <span className="muted">–</span>;
  return (
    <KeyValueList
      items={[
        { label: 'State', value: <KeyStatus state={state} /> },
        {
          label: 'Fingerprint',
          value: state.fingerprint ? (
            <Identifier value={state.fingerprint} label="fingerprint of the key" shorten={8} />
          ) : (
            never
          ),
        },
        { label: 'Made', value: state.createdAt === null ? never : <RelativeTime at={state.createdAt} /> },
        { label: 'Rotates next', value: state.dueAt === null ? never : <RelativeTime at={state.dueAt} /> },
        { label: 'Recovery kit', value: <KitStatus kit={state.kit} /> },
      ]}
    />
  );
}
