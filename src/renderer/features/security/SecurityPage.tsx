import { TenantRole } from '../../../contract';
import { useGranted } from '../../app/session';
import { useTenant } from '../../app/tenant';
import { PageHeader } from '../../ui';
import { AllSessions, accountsOfTenant, PolicySection } from '../account';
import { SignOnSection } from '../sso';
import classes from './security.module.css';

/** How people get into the tenant, and with whose word. */
export function SecurityPage() {
  const mayManage = useGranted('users.manage');
  return (
    <>
      <PageHeader order={2} title="Security" description="How people get into this tenant." />
      <div className={classes.page}>
        <SignOnSection />
        {mayManage && <Accounts />}
      </div>
    </>
  );
}

function Accounts() {
  const account = accountsOfTenant(useTenant().id);
  return (
    <>
      <PolicySection
        account={account}
        description="For the members of this tenant."
        roles={TenantRole.options}
      />
      <AllSessions account={account} description="Members who are signed in now." />
    </>
  );
}
