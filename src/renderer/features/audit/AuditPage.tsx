import { useTenant, useTenantApi } from '../../app/tenant';
import { PageHeader, SectionLevel } from '../../ui';
import { type AuditApi, AuditProvider, INSTALLATION_AUDIT } from './AuditApi';
import { AuditEvents } from './AuditEvents';
import classes from './audit.module.css';
import { ChainSection } from './ChainSection';
import { EventDrawer } from './EventDrawer';
import { RetentionSection } from './RetentionSection';
import { StreamSection } from './StreamSection';

/** Who did what in a tenant, and the proof of it. */
export function AuditPage() {
  const { client, query } = useTenantApi();
  const { id, domain } = useTenant();
  const api: AuditApi = {
    client: client.audit,
    query: query.audit,
    manage: 'audit.manage',
    declares: 'operator',
    path: `/tenants/${id}/audit`,
    name: `audit-${domain}`,
  };
  return (
    <AuditProvider value={api}>
      <PageHeader
        order={2}
        title="Audit"
        description="Who did what, when and with what outcome, and the proof that nothing was changed since."
      />
      <Parts />
    </AuditProvider>
  );
}

/** Who did what to the installation, for operators. */
export function InstallationAuditPage() {
  return (
    <AuditProvider value={INSTALLATION_AUDIT}>
      <PageHeader
        title="Audit of the installation"
        description="What operators and the console did to the installation. Each tenant has a chain of its own."
      />
      <SectionLevel value={2}>
        <Parts />
      </SectionLevel>
    </AuditProvider>
  );
}

function Parts() {
  return (
    <div className={classes.page}>
      <ChainSection />
      <AuditEvents />
      <EventDrawer />
      <StreamSection />
      <RetentionSection />
    </div>
  );
}
