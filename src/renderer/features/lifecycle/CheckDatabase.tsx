import { Button, Stack } from '@mantine/core';
import { IconStethoscope } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Tenant } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice } from '../../ui';
import classes from './CheckDatabase.module.css';
import { useTenantChanged } from './useTenantChanged';

/** Checks the database of a tenant that is shut; one that is sound opens again, else it says what is wrong. */
export function CheckDatabase({ tenant }: { tenant: Tenant }) {
  const changed = useTenantChanged();
  const check = useMutation({
    mutationFn: () => installation.client.tenants.check({ id: tenant.id }),
    onSuccess: ({ tenant: checked }) => changed(checked),
  });
  return (
    <Stack align="center" gap="md">
      <Button
        leftSection={<IconStethoscope size={16} />}
        loading={check.isPending}
        onClick={() => check.mutate()}
      >
        Check database
      </Button>
      {check.error && <ErrorNotice error={check.error} />}
      {check.data && check.data.problems.length > 0 && (
        <div className={classes.findings} role="alert">
          <strong>The database is not sound. It stays shut.</strong>
          <ul>
            {check.data.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
    </Stack>
  );
}
