import { useState } from 'react';
import type { BreakGlassGrant } from '../../../contract';
import classes from './access.module.css';
import { ExplainSection } from './ExplainSection';
import { GrantsSection } from './GrantsSection';
import { MatrixSection } from './MatrixSection';
import { PeopleSection } from './PeopleSection';
import { PolicySection } from './PolicySection';
import { ReadUnderGrant } from './ReadUnderGrant';
import { RecoverAdministrator } from './RecoverAdministrator';
import { RequestsSection } from './RequestsSection';
import { RolesSection } from './RolesSection';

/** Who may do what in the tenant, and why. */
export function AccessPart() {
  return (
    <div className={classes.page}>
      <ExplainSection />
      <PeopleSection />
      <RolesSection />
      <MatrixSection />
    </div>
  );
}

/** What takes the word of a second person. */
export function ApprovalsPart() {
  return (
    <div className={classes.page}>
      <RequestsSection />
      <PolicySection />
    </div>
  );
}

/** When an operator could read conversations; for an operator with a grant, what it opens. */
export function BreakGlassPart() {
  const [read, setRead] = useState<BreakGlassGrant | null>(null);
  return (
    <div className={classes.page}>
      <GrantsSection onRead={setRead} />
      {read && (
        <>
          <RecoverAdministrator key={`administrators-${read.id}`} grant={read} />
          <ReadUnderGrant key={read.id} grant={read} />
        </>
      )}
    </div>
  );
}
