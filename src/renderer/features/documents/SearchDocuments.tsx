import { Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Source } from '../../../contract';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, format, Section, SkeletonPanel } from '../../ui';
import classes from './documents.module.css';

const RESULTS = 8;
const SHORTEST_WORD = 4;

/** Searches the documents by words and meaning: what the Assistant would be given to read. */
export function SearchDocuments() {
  const { query } = useTenantApi();
  const [typed, setTyped] = useState('');
  const [wanted, setWanted] = useState('');
  const found = useQuery(
    query.knowledge.search.queryOptions({
      input: { query: wanted, limit: RESULTS },
      enabled: wanted !== '',
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const next = typed.trim();
    if (next !== '' && next === wanted) void found.refetch();
    setWanted(next);
  };
  return (
    <Section
      title="Search"
      unit="by words and meaning"
      description="Finds the passages that the Assistant would be given to read for a question."
    >
      {/* biome-ignore lint/a11y/useSemanticElements: the element <search> is not yet known to React’s types */}
      <form role="search" className={classes.search} onSubmit={submit}>
        <TextInput
          type="search"
          aria-label="Search the documents"
          placeholder="What are we liable for?"
          leftSection={<IconSearch aria-hidden size={16} />}
          maxLength={1000}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!typed.trim()} loading={found.isFetching}>
          Search
        </Button>
      </form>
      <div aria-live="polite">
        {found.isError ? (
          <ErrorNotice
            error={found.error}
            doing="The documents could not be searched."
            onRetry={found.refetch}
          />
        ) : found.data ? (
          <Results sources={found.data} wanted={wanted} />
        ) : (
          found.isLoading && <SkeletonPanel lines={5} />
        )}
      </div>
    </Section>
  );
}

function Results({ sources, wanted }: { sources: readonly Source[]; wanted: string }) {
  if (sources.length === 0) {
    return <p className={classes.nothing}>No passage matches. Try other words, or add the document.</p>;
  }
  return (
    <ol className={classes.results} aria-label="Search results">
      {sources.map((source) => (
        <li key={`${source.documentId}:${source.passageId}`} className={classes.result}>
          <div className={classes.resultHead}>
            <strong>{source.documentName}</strong>
            <span className="muted">{source.place}</span>
            <span className={classes.match}>{format.percent(source.score)} match</span>
          </div>
          <p className={classes.passage}>
            <Marked text={source.text} wanted={wanted} />
          </p>
        </li>
      ))}
    </ol>
  );
}

/** A passage with the words that were looked for in bold. */
function Marked({ text, wanted }: { text: string; wanted: string }) {
  const words = (wanted.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => word.length >= SHORTEST_WORD);
  if (words.length === 0) return text;
  const parts = text.split(new RegExp(`(?<![\\p{L}\\p{N}])(${words.join('|')})(?![\\p{L}\\p{N}])`, 'giu'));
  return parts.map((part, index) =>
    // Every second part is what the expression caught.
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other identity
    index % 2 === 1 ? <mark key={index}>{part}</mark> : part,
  );
}
