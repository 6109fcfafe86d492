import { Button, Code } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiState } from '../../../contract';
import { installation } from '../../app/api';
import { ErrorNotice, Section, SkeletonPanel } from '../../ui';
import { ListenerFacts } from '../listeners';
import { ApiDialog } from './ApiDialog';
import classes from './api.module.css';
import { stateOf } from './doors';

/** Whether programs may call the console, and where. */
export function ApiSection() {
  const [editing, setEditing] = useState(false);
  const state = useQuery(installation.query.api.state.queryOptions({ input: {} }));
  return (
    <Section
      title="REST API"
      description="Programs call the console with an API key of a tenant: its own interface under /api/v1, and that of OpenAI under /v1. It is closed until you open it."
      actions={
        state.data && (
          <Button variant="default" onClick={() => setEditing(true)}>
            {state.data.settings.enabled ? 'Change…' : 'Open…'}
          </Button>
        )
      }
    >
      {state.isError && <ErrorNotice error={state.error} onRetry={() => void state.refetch()} />}
      {state.isPending && <SkeletonPanel lines={4} />}
      {state.data && <Facts state={state.data} />}
      {state.data && (
        <ApiDialog opened={editing} door="enabled" state={state.data} onClose={() => setEditing(false)} />
      )}
    </Section>
  );
}

function Facts({ state }: { state: ApiState }) {
  const { baseUrl } = state;
  return (
    <>
      <ListenerFacts {...stateOf(state, 'enabled')} closedWords="Closed" fileName="riscura-console.pem" />
      {state.state === 'open' && state.settings.enabled && (
        <div className={classes.example}>
          <div className="muted">
            Keys are made by each tenant under Security, API keys. Everything that can be called stands in{' '}
            <span className="mono">{baseUrl}/api/v1/openapi.json</span>.
          </div>
          <Code block className={classes.command}>
            {[
              `curl --cacert riscura-console.pem ${baseUrl}/v1/chat/completions \\`,
              `  -H "Authorization: Bearer $RISCURA_API_KEY" -H "Content-Type: application/json" \\`,
              `  -d '{"model": "default", "messages": [{"role": "user", "content": "Hello"}]}'`,
            ].join('\n')}
          </Code>
        </div>
      )}
    </>
  );
}
