import { Button } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useGranted } from '../../app/session';
import { tenantPath, useTenant, useTenantApi } from '../../app/tenant';
import { format } from '../../ui';
import classes from './access.module.css';

const REFRESH_MS = 30_000;

/** Says to everybody in the tenant that an operator can read conversations at this moment. */
export function BreakGlassBanner() {
  const { id } = useTenant();
  const { query } = useTenantApi();
  const mayLook = useGranted('access.view');
  const current = useQuery(query.breakGlass.current.queryOptions({ input: {}, refetchInterval: REFRESH_MS }));
  const [grant] = current.data ?? [];
  if (!grant) return null;
  return (
    <div className={classes.banner} role="status">
      <IconEye aria-hidden size={20} stroke={1.6} />
      <p>
        <strong>{grant.operator.name}</strong>, an operator of the installation, can read the conversations of
        this tenant until {format.exactTime(grant.expiresAt)}. Each look is in the audit trail.
      </p>
      {mayLook && (
        <Button
          component={Link}
          to={`${tenantPath(id, 'security')}?part=break-glass`}
          size="compact-sm"
          variant="default"
        >
          See the grant
        </Button>
      )}
    </div>
  );
}
