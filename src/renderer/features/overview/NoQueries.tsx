import { Button } from '@mantine/core';
import { IconCheck, IconCircle, IconMessageQuestion } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Overview } from '../../../contract';
import { useGranted } from '../../app/session';
import { tenantPath } from '../../app/tenant';
import { EmptyState, format, Section } from '../../ui';
import classes from './overview.module.css';
import { PERIODS } from './period';

/** What the Overview shows while nobody asks: what is done already and what comes next. */
export function NoQueries({ tenantId, overview }: { tenantId: string; overview: Overview }) {
  const mayAsk = useGranted('ai.query');
  const mayAdd = useGranted('knowledge.manage');
  const steps = [
    { done: true, words: `An administrator has an account (${format.plural(overview.users, 'account')})` },
    {
      done: overview.documents > 0,
      words:
        overview.documents > 0
          ? `${format.plural(overview.documents, 'document')} to answer from`
          : 'Add documents, so that answers cite what your organisation knows',
    },
    { done: false, words: 'Ask the first question; its tokens, latency and cost appear here at once' },
  ];
  return (
    <Section title="Usage" unit={`in ${PERIODS[overview.period].last}`}>
      <EmptyState
        icon={IconMessageQuestion}
        title={`No queries in ${PERIODS[overview.period].last}`}
        actions={
          <>
            {mayAsk && (
              <Button component={Link} to={tenantPath(tenantId, 'assistant')}>
                Ask the first question
              </Button>
            )}
            {mayAdd && (
              <Button component={Link} to={tenantPath(tenantId, 'documents')} variant="default">
                Add documents
              </Button>
            )}
          </>
        }
      >
        <ul className={classes.firstSteps}>
          {steps.map((step) => (
            <li key={step.words} className={classes.step} data-done={step.done}>
              {step.done ? <IconCheck aria-hidden size={16} /> : <IconCircle aria-hidden size={16} />}
              <span>
                {step.done && <span className="visually-hidden">Done: </span>}
                {step.words}
              </span>
            </li>
          ))}
        </ul>
      </EmptyState>
    </Section>
  );
}
