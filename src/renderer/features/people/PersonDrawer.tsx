import { Button, Drawer, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type { IssuedInvitation, PersonDetails } from '../../../contract';
import { FACTOR_WORDS } from '../../app/frame/factorWords';
import { ROLE_WORDS } from '../../app/frame/roles';
import { usePrincipal } from '../../app/session';
import { tenantPath, useTenant, useTenantApi } from '../../app/tenant';
import { ErrorNotice, format, KeyValueList, RelativeTime, SkeletonLine } from '../../ui';
import type { Asked } from './ChangePeople';
import { PersonState } from './columns';
import { EditPerson } from './EditPerson';
import { InvitationSheet } from './InvitationSheet';
import classes from './people.module.css';
import { ResetDialog } from './ResetDialog';
import { usePeopleChanged } from './usePeopleChanged';
import { ORIGIN_WORDS } from './words';

interface PersonDrawerProps {
  /** Whom the address names. */
  id: string | undefined;
  onClose: () => void;
  onAsk: (asked: Asked) => void;
}

/** A person: roles and where they come from, sessions, keys, second factor, and what is done about them. */
export function PersonDrawer({ id, onClose, onAsk }: PersonDrawerProps) {
  const { query } = useTenantApi();
  const person = useQuery(
    query.people.read.queryOptions({ input: { id: id ?? '' }, enabled: id !== undefined }),
  );
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size={520}
      title={person.data?.name ?? 'Person'}
      closeButtonProps={{ 'aria-label': 'Close the person' }}
    >
      {person.isError && (
        <ErrorNotice error={person.error} doing="The person could not be read." onRetry={person.refetch} />
      )}
      {person.isPending && id !== undefined && <SkeletonLine />}
      {person.data && id !== undefined && <Details key={id} person={person.data} onAsk={onAsk} />}
    </Drawer>
  );
}

function Details({ person, onAsk }: { person: PersonDetails; onAsk: (asked: Asked) => void }) {
  const isMember = usePrincipal().kind === 'member';
  return (
    <Stack gap="lg">
      {isMember && <Acts person={person} onAsk={onAsk} />}
      <Facts person={person} />
      <Sessions person={person} />
      <Keys person={person} />
    </Stack>
  );
}

function Facts({ person }: { person: PersonDetails }) {
  const { id: tenantId } = useTenant();
  const { id, email, role, customRoles, origin, factors, recoveryCodesLeft, invitation } = person;
  const to = (page: string, search: Record<string, string>) =>
    `${tenantPath(tenantId, page)}?${new URLSearchParams(search)}`;
  return (
    <KeyValueList
      items={[
        { label: 'E-mail', value: <span className="mono">{email}</span> },
        { label: 'State', value: <PersonState person={person} /> },
        ...(invitation
          ? [{ label: 'Code', value: `good until ${format.exactTime(invitation.expiresAt)}` }]
          : []),
        {
          label: 'Role',
          value: (
            <>
              {ROLE_WORDS[role]}{' '}
              <span className="muted">
                {origin.kind === 'directory' ? `by the groups of ${origin.name}` : 'given here'}
              </span>
            </>
          ),
        },
        { label: 'Custom roles', value: customRoles.map(({ name }) => name).join(', ') || 'none' },
        {
          label: 'Comes from',
          value: origin.kind === 'directory' ? `the directory ${origin.name}` : ORIGIN_WORDS.own,
        },
        {
          label: 'Second factor',
          value:
            factors.length > 0 ? (
              <>
                {factors.map(({ id: factorId, kind, createdAt }) => (
                  <span key={factorId}>
                    {FACTOR_WORDS[kind]}, set up <RelativeTime at={createdAt} />,{' '}
                  </span>
                ))}
                {format.plural(recoveryCodesLeft, 'recovery code')} left
              </>
            ) : (
              'none'
            ),
        },
        {
          label: 'Last sign-in',
          value: person.lastSignInAt === null ? 'never' : <RelativeTime at={person.lastSignInAt} />,
        },
        { label: 'Added', value: <RelativeTime at={person.createdAt} /> },
        { label: 'Conversations', value: format.count(person.conversations) },
        {
          label: 'More',
          value: (
            <Group gap="sm">
              <Link className={classes.link} to={to('security', { part: 'access', person: id })}>
                What they may do, and why
              </Link>
              <Link className={classes.link} to={to('audit', { actor: id })}>
                What they did
              </Link>
            </Group>
          ),
        },
      ]}
    />
  );
}

function Sessions({ person: { sessions } }: { person: PersonDetails }) {
  return (
    <section aria-label="Sessions">
      <h3 className={classes.heading}>Sessions</h3>
      {sessions.length === 0 ? (
        <p className="muted">None is open.</p>
      ) : (
        <ul className={classes.list}>
          {sessions.map(({ id, createdAt, lastUsedAt, current }) => (
            <li key={id}>
              Begun <RelativeTime at={createdAt} />, used <RelativeTime at={lastUsedAt} />
              {current && <span className="muted"> (this window)</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Keys({ person: { apiKeys } }: { person: PersonDetails }) {
  return (
    <section aria-label="API keys">
      <h3 className={classes.heading}>API keys</h3>
      {apiKeys.length === 0 ? (
        <p className="muted">None was made.</p>
      ) : (
        <ul className={classes.list}>
          {apiKeys.map(({ id, name, prefix, revokedAt, expiresAt }) => (
            <li key={id}>
              {name} <code>{prefix}…</code>{' '}
              {revokedAt === null ? (
                <span className="muted">until {format.exactTime(expiresAt)}</span>
              ) : (
                <span className="muted">revoked</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

type Opened = 'edit' | 'password' | 'factor' | null;

function Acts({ person, onAsk }: { person: PersonDetails; onAsk: (asked: Asked) => void }) {
  const { client } = useTenantApi();
  const principal = usePrincipal();
  const changed = usePeopleChanged();
  const [opened, setOpened] = useState<Opened>(null);
  const [issued, setIssued] = useState<IssuedInvitation | null>(null);
  const { id, name, state, origin, invitation } = person;
  const isOwn = principal.kind === 'member' && principal.session.user?.id === id;
  const close = () => setOpened(null);
  const show = async (next: IssuedInvitation) => {
    close();
    setIssued(next);
    await changed();
  };
  const reissue = useMutation({ mutationFn: () => client.people.reissue({ id }), onSuccess: show });
  const withdraw = useMutation({ mutationFn: () => client.people.withdraw({ id }), onSuccess: changed });
  const ask = (kind: Asked['kind']) => onAsk({ kind, ids: [id] });
  const hasCode = state === 'invited' || invitation !== null;
  return (
    <>
      <Group gap="xs">
        <Act onClick={() => setOpened('edit')}>Edit</Act>
        {hasCode && state !== 'disabled' && (
          <Act loading={reissue.isPending} onClick={() => reissue.mutate()}>
            New code
          </Act>
        )}
        {invitation && (
          <Act loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
            Withdraw code
          </Act>
        )}
        {state === 'active' && origin.kind === 'own' && !isOwn && (
          <Act onClick={() => setOpened('password')}>Reset password</Act>
        )}
        {person.factors.length > 0 && !isOwn && (
          <Act onClick={() => setOpened('factor')}>Reset second factor</Act>
        )}
        {!isOwn && state === 'disabled' && <Act onClick={() => ask('enable')}>Enable</Act>}
        {!isOwn && state !== 'disabled' && <Act onClick={() => ask('disable')}>Disable</Act>}
        {!isOwn && (
          <Button size="xs" variant="outline" color="red" onClick={() => ask('remove')}>
            Remove
          </Button>
        )}
      </Group>
      {reissue.isError && <ErrorNotice error={reissue.error} />}
      {withdraw.isError && <ErrorNotice error={withdraw.error} />}
      <EditPerson person={opened === 'edit' ? person : null} isOwn={isOwn} onClose={close} />
      <ResetDialog
        opened={opened === 'password'}
        title={`Reset the password of ${name}`}
        meaning="The password opens nothing from now on and all sessions end. You get a code to hand over, with which the person sets a new one. A second factor stays."
        action="Reset password"
        reset={async (reason) => show(await client.people.resetPassword({ id, reason }))}
        onClose={close}
      />
      <ResetDialog
        opened={opened === 'factor'}
        title={`Reset the second factor of ${name}`}
        meaning="App and recovery codes open nothing from now on and all sessions end. Make sure by another way that it is they who ask."
        action="Reset second factor"
        reset={async (reason) => {
          await client.account.resetSecondFactor({ personId: id, reason });
          close();
          await changed();
        }}
        onClose={close}
      />
      <Modal
        opened={issued !== null}
        onClose={() => setIssued(null)}
        title={`Code of ${name}`}
        size={520}
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
      >
        {issued && <InvitationSheet issued={issued} onDone={() => setIssued(null)} />}
      </Modal>
    </>
  );
}

interface ActProps {
  loading?: boolean;
  onClick: () => void;
  children: string;
}

function Act({ loading, onClick, children }: ActProps) {
  return (
    <Button size="xs" variant="default" loading={loading} onClick={onClick}>
      {children}
    </Button>
  );
}
