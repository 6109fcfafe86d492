import { useMutation, useQuery } from '@tanstack/react-query';
import { ErrorNotice, Section } from '../../ui';
import { useAccountApi } from './accountApi';
import { SessionTable } from './SessionTable';

/** One's own sessions, each to be ended. */
export function OwnSessions() {
  const { client, query } = useAccountApi();
  const sessions = useQuery(query.sessions.queryOptions({ input: {} }));
  const end = useMutation({
    mutationFn: (id: string) => client.endSession({ id }),
    onSettled: () => sessions.refetch(),
  });
  return (
    <Section title="Your sessions" description="Where you are signed in now." padding="flush">
      {sessions.isError && <ErrorNotice error={sessions.error} onRetry={() => void sessions.refetch()} />}
      {end.isError && <ErrorNotice error={end.error} />}
      <SessionTable
        label="Your sessions"
        sessions={sessions.data}
        people={false}
        action="End"
        onEnd={({ id }) => end.mutate(id)}
      />
    </Section>
  );
}
