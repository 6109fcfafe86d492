import { Group, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { AccessReason } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, Section, Status, type StatusTone } from '../../ui';
import classes from './access.module.css';

const OPERATOR = 'operator';

const EFFECTS: Readonly<Record<AccessReason['effect'], { tone: StatusTone; label: string }>> = {
  grants: { tone: 'ok', label: 'Grants' },
  refuses: { tone: 'bad', label: 'Refuses' },
  neutral: { tone: 'idle', label: 'Neutral' },
  demands: { tone: 'warn', label: 'Demands' },
};

/** For any person and action: whether they may, and what decides it. */
export function ExplainSection() {
  const { query } = useTenantApi();
  const people = useQuery(query.access.people.queryOptions({ input: {} }));
  const actions = useQuery(query.access.actions.queryOptions({ input: {} }));
  const [params] = useSearchParams();
  const [person, setPerson] = useState<string | null>(params.get('person') ?? OPERATOR);
  const [action, setAction] = useState<string | null>('tenant.assistant.ask');
  return (
    <Section title="Explain" description="Whether somebody may do something, and what decides it.">
      <Stack gap="md">
        <Group grow align="flex-start">
          <Select
            label="Person"
            searchable
            data={[
              { value: OPERATOR, label: 'An operator of the installation' },
              ...(people.data ?? []).map(({ id, name, email }) => ({
                value: id,
                label: `${name} (${email})`,
              })),
            ]}
            value={person}
            onChange={setPerson}
          />
          <Select
            label="Action"
            searchable
            data={(actions.data ?? []).map(({ name, summary }) => ({
              value: name,
              label: `${summary} (${name})`,
            }))}
            value={action}
            onChange={setAction}
          />
        </Group>
        {person && action && <Explained person={person === OPERATOR ? null : person} action={action} />}
      </Stack>
    </Section>
  );
}

function Explained({ person, action }: { person: string | null; action: string }) {
  const { query } = useTenantApi();
  const answer = useQuery(query.access.explain.queryOptions({ input: { person, action } }));
  if (answer.isError) {
    return <ErrorNotice error={answer.error} doing="It could not be explained." onRetry={answer.refetch} />;
  }
  if (!answer.data) return null;
  const { allowed, reasons } = answer.data;
  return (
    <div aria-live="polite">
      <p className={classes.verdict}>
        <Status variant="badge" tone={allowed ? 'ok' : 'bad'} label={allowed ? 'Allowed' : 'Refused'} />
        <span className="mono">{answer.data.action.permission}</span>
      </p>
      <ul className={classes.reasons}>
        {reasons.map(({ effect, text }) => (
          <li key={text}>
            <Status {...EFFECTS[effect]} />
            <span>{text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
