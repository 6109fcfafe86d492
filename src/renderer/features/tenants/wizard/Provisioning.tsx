import { Button, Group, Stack } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { LifecycleProgress } from '../../../../contract';
import { tenantPath } from '../../../app/tenant';
import { PageHeader, Section, Status } from '../../../ui';
import { LifecycleSteps, useTenantChanged } from '../../lifecycle';
import classes from './wizard.module.css';
import type { WizardValues } from './wizardForm';

interface ProvisioningProps {
  tenantId: string;
  values: WizardValues;
  onBack: () => void;
}

/** The tenant being set up, step by step, and what its administrator needs to sign in. */
export function Provisioning({ tenantId, values, onBack }: ProvisioningProps) {
  const [finished, setFinished] = useState<LifecycleProgress | null>(null);
  const changed = useTenantChanged();
  const finish = (progress: LifecycleProgress) => {
    setFinished(progress);
    void changed();
  };
  return (
    <>
      <PageHeader
        title={`Creating ${values.name}`}
        description="You may leave this page; the work goes on."
      />
      <div className={classes.wizard}>
        <Section title="Provisioning">
          <LifecycleSteps tenantId={tenantId} label="Steps of creating the tenant" onFinished={finish} />
        </Section>
        {finished?.outcome === 'done' && (
          <Section title="Ready" actions={<Status tone="ok" label="Active" />}>
            <Stack gap="md">
              <div role="status">
                {values.name} is in service. {values.administrator.name} signs in as a member of the tenant,
                with the domain <span className="mono">{values.domain}</span> and the address{' '}
                <span className="mono">{values.administrator.email}</span>.
              </div>
              <Group gap="xs">
                <Button
                  component={Link}
                  to={tenantPath(tenantId)}
                  rightSection={<IconArrowRight size={16} />}
                >
                  Open tenant
                </Button>
                <Button component={Link} to="/tenants" variant="default">
                  All tenants
                </Button>
              </Group>
            </Stack>
          </Section>
        )}
        {finished?.outcome === 'failed' && (
          <Section title="It could not be created" actions={<Status tone="bad" label="Failed" />}>
            <Stack gap="md">
              <div role="alert">
                {finished.problem ?? 'A step failed.'} What was done before has been undone; nothing is left
                behind.
              </div>
              <Group>
                <Button onClick={onBack}>Back to the answers</Button>
              </Group>
            </Stack>
          </Section>
        )}
      </div>
    </>
  );
}
