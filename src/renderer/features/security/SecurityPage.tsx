import { SegmentedControl } from '@mantine/core';
import type { ComponentType } from 'react';
import { useSearchParams } from 'react-router';
import { type Permission, TenantRole } from '../../../contract';
import { permissionsOf, usePrincipal } from '../../app/session';
import { useTenant } from '../../app/tenant';
import { PageHeader, useSelectedInView } from '../../ui';
import { AccessPart, ApprovalsPart, BreakGlassPart } from '../access';
import { AllSessions, accountsOfTenant, PolicySection } from '../account';
import { AllKeys } from '../credentials';
import { LimitsPart } from '../limits';
import { ReviewsPart } from '../reviews';
import { SignOnSection } from '../sso';
import classes from './security.module.css';

interface Part {
  readonly value: string;
  readonly label: string;
  readonly permission: Permission;
  readonly Component: ComponentType;
}

/** What the page is made of; each part is another capability's. */
const PARTS: readonly Part[] = [
  { value: 'access', label: 'Access', permission: 'access.view', Component: AccessPart },
  { value: 'reviews', label: 'Reviews', permission: 'access.view', Component: ReviewsPart },
  { value: 'two-persons', label: 'Two persons', permission: 'access.view', Component: ApprovalsPart },
  { value: 'break-glass', label: 'Break-glass', permission: 'access.view', Component: BreakGlassPart },
  { value: 'sessions', label: 'Sessions', permission: 'users.manage', Component: SessionsPart },
  { value: 'limits', label: 'Limits', permission: 'users.manage', Component: LimitsPart },
  { value: 'sign-on', label: 'Sign-on', permission: 'sso.manage', Component: SignOnSection },
];

/** Who gets into the tenant, who may do what there, and what takes more than one person. */
export function SecurityPage() {
  const permissions = permissionsOf(usePrincipal());
  const [search, setSearch] = useSearchParams();
  const parts = PARTS.filter(({ permission }) => permissions.includes(permission));
  const part = parts.find(({ value }) => value === search.get('part')) ?? parts[0];
  const control = useSelectedInView<HTMLDivElement>('[data-active]', part?.value);
  return (
    <>
      <PageHeader
        order={2}
        title="Security"
        description="Who gets into this tenant, who may do what in it, and what takes more than one person."
      />
      <div className={classes.page}>
        {part && (
          <>
            <SegmentedControl
              ref={control}
              aria-label="Part of Security"
              className={classes.parts}
              data={parts.map(({ value, label }) => ({ value, label }))}
              value={part.value}
              onChange={(value) => setSearch({ part: value }, { replace: true })}
            />
            <part.Component />
          </>
        )}
      </div>
    </>
  );
}

function SessionsPart() {
  const account = accountsOfTenant(useTenant().id);
  return (
    <>
      <PolicySection
        account={account}
        description="For the members of this tenant."
        roles={TenantRole.options}
      />
      <AllSessions account={account} description="Members who are signed in now." />
      <AllKeys />
    </>
  );
}
