import { usePrincipal } from '../../app/session';
import { useTenant } from '../../app/tenant';
import { PageHeader } from '../../ui';
import {
  FieldKeysSection,
  FileKeysSection,
  ResidencySection,
  TenantKeySection,
  TenantTokenKeys,
} from '../keys';
import { EnvironmentSection } from '../tenants/EnvironmentSection';
import classes from './isolation.module.css';
import { LedgerSection } from './LedgerSection';
import { Statement } from './Statement';

/** What separates this tenant from all others, and whether anything left the building. */
export function IsolationPage() {
  const { id } = useTenant();
  const { kind } = usePrincipal();
  return (
    <>
      <PageHeader
        order={2}
        title="Isolation"
        description="Whether anything left this building, and where each connection went."
      />
      <div className={classes.page}>
        <Statement />
        {kind === 'operator' && <EnvironmentSection tenantId={id} />}
        {kind === 'operator' && <TenantKeySection tenantId={id} />}
        <FieldKeysSection />
        <FileKeysSection />
        <TenantTokenKeys />
        <LedgerSection />
        <ResidencySection />
      </div>
    </>
  );
}
