import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { installation } from '../../app/api';
import { ErrorNotice, Section, SkeletonPanel, Status } from '../../ui';
import { ListenerFacts } from '../listeners';
import { ApiDialog } from './ApiDialog';

/** Whether people may use the console from a browser, and where. */
export function WebConsoleSection() {
  const [editing, setEditing] = useState(false);
  const state = useQuery(installation.query.api.state.queryOptions({ input: {} }));
  return (
    <Section
      title="Web console"
      description="This console in a browser, on other machines, tablets and phones too. It shares name, port and certificate with the REST API. It is closed until you open it."
      actions={
        state.data && (
          <Button variant="default" onClick={() => setEditing(true)}>
            {state.data.settings.webConsole ? 'Change…' : 'Open to browsers…'}
          </Button>
        )
      }
    >
      {state.isError && <ErrorNotice error={state.error} onRetry={() => void state.refetch()} />}
      {state.isPending && <SkeletonPanel lines={4} />}
      {state.data && (
        <>
          {state.data.settings.webConsole ? (
            <ListenerFacts {...state.data} fileName="riscura-console.pem" />
          ) : (
            <Status tone="idle" label="Closed" />
          )}
          <ApiDialog
            opened={editing}
            door="webConsole"
            state={state.data}
            onClose={() => setEditing(false)}
          />
        </>
      )}
    </Section>
  );
}
