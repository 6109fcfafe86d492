import { PageHeader } from '../../ui';
import { SignOnSection } from '../sso';
import classes from './security.module.css';

/** How people get into the tenant, and with whose word. */
export function SecurityPage() {
  return (
    <>
      <PageHeader order={2} title="Security" description="How people get into this tenant." />
      <div className={classes.page}>
        <SignOnSection />
      </div>
    </>
  );
}
