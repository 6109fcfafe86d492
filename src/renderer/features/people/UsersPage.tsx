import { Button } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { usePrincipal } from '../../app/session';
import { PageHeader } from '../../ui';
import { ImportPeople } from '../people-import';
import { CodePolicy } from './CodePolicy';
import { InviteDialog } from './InviteDialog';
import { PeopleSection } from './PeopleSection';
import classes from './people.module.css';
import { usePeopleChanged } from './usePeopleChanged';

/** The people of the tenant: who they are, how they get in, and what is done about them. */
export function UsersPage() {
  const isMember = usePrincipal().kind === 'member';
  const [inviting, setInviting] = useState(false);
  const changed = usePeopleChanged();
  return (
    <>
      <PageHeader
        order={2}
        title="Users"
        description={
          isMember
            ? 'The people of this tenant. Each has a password of their own, or comes by the directory.'
            : 'The people of this tenant. Its administrators invite, change and remove them; an operator sees who is here.'
        }
        actions={
          isMember && (
            <>
              <ImportPeople onImported={changed} />
              <Button leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>
                Invite
              </Button>
            </>
          )
        }
      />
      <div className={classes.page}>
        <PeopleSection onInvite={isMember ? () => setInviting(true) : null} />
        {isMember && <CodePolicy />}
      </div>
      <InviteDialog opened={inviting} onClose={() => setInviting(false)} />
    </>
  );
}
