import { UnstyledButton } from '@mantine/core';
import { useId } from 'react';
import type { Source } from '../../../contract';
import classes from './Message.module.css';

interface SourceListProps {
  sources: readonly Source[];
  onSource: (source: Source) => void;
}

/** The passages that an answer was given to read, numbered as the answer cites them. */
export function SourceList({ sources, onSource }: SourceListProps) {
  const id = useId();
  if (sources.length === 0) return null;
  return (
    <div className={classes.sources}>
      <h4 id={id} className={classes.sourcesTitle}>
        Sources
      </h4>
      <ol aria-labelledby={id}>
        {sources.map((source) => (
          <li key={source.number}>
            <UnstyledButton className={classes.source} onClick={() => onSource(source)}>
              <span className={classes.sourceNumber}>
                <span className="visually-hidden">Source </span>
                {source.number}
              </span>{' '}
              <span className="truncate">{source.documentName}</span>{' '}
              <span className={classes.sourcePlace}>{source.place}</span>
            </UnstyledButton>
          </li>
        ))}
      </ol>
    </div>
  );
}
