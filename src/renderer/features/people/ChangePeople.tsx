import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type ChangePreview, type PeopleChange, TenantRole } from '../../../contract';
import { ROLE_WORDS } from '../../app/frame/roles';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, format, SkeletonLine, Status } from '../../ui';
import classes from './people.module.css';
import { usePeopleChanged } from './usePeopleChanged';
import { CHANGE_WORDS } from './words';

/** What is to be done about whom. */
export interface Asked {
  readonly kind: PeopleChange['kind'];
  readonly ids: readonly string[];
}

interface ChangePeopleProps {
  asked: Asked | null;
  onClose: () => void;
  onDone: (asked: Asked) => void;
}

/** Shows what a change of one person or many would do, whom it is refused for, and does it. */
export function ChangePeople({ asked, onClose, onDone }: ChangePeopleProps) {
  return (
    <Modal
      opened={asked !== null}
      onClose={onClose}
      title={asked ? CHANGE_WORDS[asked.kind].title(asked.ids.length) : ''}
      size={560}
    >
      {asked && <ChangeForm key={asked.kind} asked={asked} onClose={onClose} onDone={onDone} />}
    </Modal>
  );
}

function changeOf(kind: PeopleChange['kind'], role: TenantRole): PeopleChange {
  return kind === 'role' ? { kind, role } : { kind };
}

function ChangeForm({ asked, onClose, onDone }: ChangePeopleProps & { asked: Asked }) {
  const { client, query } = useTenantApi();
  const changed = usePeopleChanged();
  const [ids, setIds] = useState(asked.ids);
  const [role, setRole] = useState<TenantRole>('user');
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const change = changeOf(asked.kind, role);
  const preview = useQuery(query.people.preview.queryOptions({ input: { ids: [...ids], change } }));
  const doing = useMutation({
    mutationFn: () => client.people.change({ ids: [...ids], change, reason }),
    onSuccess: async () => {
      onDone({ kind: asked.kind, ids });
      await changed();
    },
  });
  const shown = preview.data;
  const words = CHANGE_WORDS[asked.kind];
  const proof = shown && asked.kind === 'remove' ? proofOf(shown) : null;
  const isReady =
    shown !== undefined &&
    shown.refusals.length === 0 &&
    shown.changes.length > 0 &&
    reason.trim() !== '' &&
    (proof === null || typed === proof);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !doing.isPending) doing.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <div>{words.meaning}</div>
        {asked.kind === 'role' && (
          <Select
            data-autofocus
            label="Role"
            description="Custom roles stay as they are."
            allowDeselect={false}
            data={TenantRole.options.map((value) => ({ value, label: ROLE_WORDS[value] }))}
            value={role}
            onChange={(value) => setRole(TenantRole.parse(value))}
          />
        )}
        {preview.isError && <ErrorNotice error={preview.error} doing="What it would do could not be read." />}
        {preview.isPending && <SkeletonLine />}
        {shown && <Preview preview={shown} />}
        {shown && shown.refusals.length > 0 && (
          <Refusals
            refusals={shown.refusals}
            onLeaveOut={() => {
              const refused = new Set(shown.refusals.map(({ id }) => id));
              const left = ids.filter((id) => !refused.has(id));
              if (left.length === 0) onClose();
              else setIds(left);
            }}
          />
        )}
        <TextInput
          label="Reason"
          description="Stands in the audit chain."
          maxLength={120}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {proof !== null && (
          <TextInput
            label={
              <>
                Type <strong>{proof}</strong> to confirm
              </>
            }
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        {doing.isError && <ErrorNotice error={doing.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={asked.kind === 'remove' ? 'red' : undefined}
            disabled={!isReady}
            loading={doing.isPending}
          >
            {words.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What is typed before people are removed: the name of one, or how many there are. */
function proofOf({ changes }: ChangePreview): string | null {
  const [first] = changes;
  if (!first) return null;
  return changes.length === 1 ? first.name : `remove ${changes.length}`;
}

function Preview({ preview }: { preview: ChangePreview }) {
  const { changes, unchanged, sessions, apiKeys, conversations } = preview;
  const losses = [
    sessions > 0 && `${format.plural(sessions, 'session')} would end`,
    apiKeys > 0 && `${format.plural(apiKeys, 'API key')} would open nothing`,
    conversations > 0 && `${format.plural(conversations, 'conversation')} would be deleted`,
  ].filter((loss) => loss !== false);
  return (
    <div className={classes.preview}>
      {changes.length > 0 && (
        <ul aria-label="What would change">
          {changes.map(({ id, name, before, after }) => (
            <li key={id}>
              <strong>{name}</strong>: {before} → {after}
            </li>
          ))}
        </ul>
      )}
      {losses.length > 0 && <p>{losses.join(', ')}.</p>}
      {unchanged.length > 0 && (
        <p className="muted">So already: {unchanged.map(({ name }) => name).join(', ')}.</p>
      )}
    </div>
  );
}

interface RefusalsProps {
  refusals: ChangePreview['refusals'];
  onLeaveOut: () => void;
}

function Refusals({ refusals, onLeaveOut }: RefusalsProps) {
  return (
    <div className={classes.refusals} role="alert">
      <Status
        tone="warn"
        label={`Refused for ${format.plural(refusals.length, 'person', 'people')}: nothing is done like this`}
      />
      <ul>
        {refusals.map(({ id, name, reason }) => (
          <li key={id}>
            <strong>{name}</strong>: {reason}
          </li>
        ))}
      </ul>
      <Button variant="default" size="xs" onClick={onLeaveOut}>
        Leave them out
      </Button>
    </div>
  );
}
