import { Button } from '@mantine/core';
import {
  IconHistoryOff,
  IconKeyOff,
  IconPlayerPause,
  IconPlayerPlay,
  IconShieldX,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ERRORS, type Tenant, type TenantHealth } from '../../../contract';
import { EmptyState, Section } from '../../ui';
import { AcceptOlder } from './AcceptOlder';
import { CheckDatabase } from './CheckDatabase';
import { LifecycleSteps } from './LifecycleSteps';
import { useResume } from './TenantActions';
import { useTenantChanged } from './useTenantChanged';

/** The tabs of a tenant when it can be opened; else why it cannot and what to do. */
export function TenantStanding({ tenant, children }: { tenant: Tenant; children: ReactNode }) {
  if (tenant.state === 'provisioning' || tenant.state === 'deleting') return <AtWork tenant={tenant} />;
  if (tenant.state === 'suspended') return <Suspended tenant={tenant} />;
  const shut = SHUT[tenant.health];
  if (shut) return <Closed tenant={tenant} {...shut} />;
  return children;
}

function AtWork({ tenant }: { tenant: Tenant }) {
  const changed = useTenantChanged();
  const creating = tenant.state === 'provisioning';
  return (
    <Section title={creating ? 'This tenant is being set up' : 'This tenant is being deleted'}>
      <LifecycleSteps
        tenantId={tenant.id}
        label={creating ? 'Steps of creating the tenant' : 'Steps of deleting the tenant'}
        onFinished={() => void changed()}
      />
    </Section>
  );
}

function Suspended({ tenant }: { tenant: Tenant }) {
  const resume = useResume();
  return (
    <Section title="Suspended">
      <EmptyState
        icon={IconPlayerPause}
        title={`${tenant.name} is suspended`}
        actions={
          <Button
            leftSection={<IconPlayerPlay size={16} />}
            loading={resume.isPending}
            onClick={() => resume.mutate(tenant)}
          >
            Resume tenant
          </Button>
        }
      >
        Nobody signs in and nothing runs. Its key has left the engine, so its figures cannot be read either.
        All of its data is as it was.
      </EmptyState>
    </Section>
  );
}

/** Why a tenant that stands is shut all the same. */
const SHUT: Partial<Record<TenantHealth, Shut>> = {
  'key-missing': { title: 'Key missing', icon: IconKeyOff, words: ERRORS.KEY_MISSING },
  quarantined: { title: 'Quarantined', icon: IconShieldX, words: ERRORS.TENANT_QUARANTINED },
  'older-state': { title: 'Older state', icon: IconHistoryOff, words: ERRORS.AUDIT_TRUNCATED },
};

interface Shut {
  readonly title: string;
  readonly icon: typeof IconShieldX;
  readonly words: { readonly title: string; readonly next: string };
}

function Closed({ tenant, title, icon, words }: Shut & { readonly tenant: Tenant }) {
  return (
    <Section title={title}>
      <EmptyState icon={icon} title={words.title}>
        {words.next}
      </EmptyState>
      {tenant.health === 'older-state' ? (
        <AcceptOlder key={`older ${tenant.id}`} tenant={tenant} />
      ) : (
        <CheckDatabase key={tenant.id} tenant={tenant} />
      )}
    </Section>
  );
}
