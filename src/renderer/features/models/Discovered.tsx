import { Button, CloseButton } from '@mantine/core';
import { Status } from '../../ui';
import classes from './models.module.css';

export interface Discovery {
  readonly baseUrl: string | null;
  readonly version: string | null;
}

interface DiscoveredProps {
  found: Discovery;
  /** Whether the server that was found is declared already. */
  declared: boolean;
  onDeclare: () => void;
  onClose: () => void;
}

/** What came of the look for an Ollama on this machine. */
export function Discovered({ found, declared, onDeclare, onClose }: DiscoveredProps) {
  const { baseUrl, version } = found;
  return (
    <div className={classes.found} role="status">
      {baseUrl ? (
        <>
          <Status tone="ok" label="Ollama found" />
          <span className={classes.foundWords}>
            {version && `Version ${version} `}answers at <span className="mono">{baseUrl}</span>.
            {declared && ' It is declared already.'}
          </span>
          {!declared && (
            <Button size="xs" onClick={onDeclare}>
              Declare it
            </Button>
          )}
        </>
      ) : (
        <>
          <Status tone="idle" label="No Ollama found" />
          <span className={classes.foundWords}>
            Nothing answers on this machine where Ollama usually does. Start it and look again, or declare a
            server elsewhere.
          </span>
        </>
      )}
      <CloseButton size="sm" aria-label="Dismiss" onClick={onClose} />
    </div>
  );
}
