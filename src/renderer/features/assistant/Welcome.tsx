import { Anchor, Title, UnstyledButton } from '@mantine/core';
import { IconArrowUpRight, IconFilePlus, IconMessageQuestion } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useGranted } from '../../app/session';
import { tenantPath, useTenant, useTenantApi } from '../../app/tenant';
import classes from './Welcome.module.css';

const EXAMPLES = [
  'What are the key risk factors for our industry?',
  'Summarise our most recent report in five points.',
  'Which of our policies mention data retention?',
  'What do we owe a customer when a delivery is late?',
];

/** What stands where a conversation has not begun: questions to begin with, and whether there are documents. */
export function Welcome({ onExample }: { onExample: (question: string) => void }) {
  const tenant = useTenant();
  return (
    <div className={classes.welcome}>
      <span className={classes.icon}>
        <IconMessageQuestion aria-hidden size={24} stroke={1.6} />
      </span>
      <Title order={3} className={classes.title}>
        Ask {tenant.name}’s assistant
      </Title>
      <p className={classes.words}>
        Answers cite the documents of this tenant, and each comes with a receipt: which model answered, where
        it ran and what it cost. Nobody but you sees your conversations.
      </p>
      <ul className={classes.examples} aria-label="Example questions">
        {EXAMPLES.map((question) => (
          <li key={question}>
            <UnstyledButton className={classes.example} onClick={() => onExample(question)}>
              <span>{question}</span>
              <IconArrowUpRight aria-hidden size={16} />
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <DocumentsHint />
    </div>
  );
}

function DocumentsHint() {
  const tenant = useTenant();
  const { query } = useTenantApi();
  const mayRead = useGranted('knowledge.read');
  const mayAdd = useGranted('knowledge.manage');
  const documents = useQuery(
    query.knowledge.documents.queryOptions({ input: { limit: 1 }, enabled: mayRead }),
  );
  if (!documents.data || documents.data.documents.length > 0) return null;
  return (
    <p className={classes.hint}>
      <IconFilePlus aria-hidden size={16} />
      {mayAdd ? (
        <span>
          There are no documents yet.{' '}
          <Anchor component={Link} to={tenantPath(tenant.id, 'documents')} size="sm" underline="always">
            Add documents
          </Anchor>{' '}
          so that answers rest on what your organisation knows.
        </span>
      ) : (
        <span>There are no documents yet. Your administrator can add them, so that answers cite them.</span>
      )}
    </p>
  );
}
