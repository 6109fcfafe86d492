import { IconLoader2 } from '@tabler/icons-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { connection } from './api';
import classes from './ConnectionBanner.module.css';

const PATIENCE_MS = 600;

/** Says that the window has no line to the engine right now, once that lasts longer than a blink. */
export function ConnectionBanner() {
  const open = useSyncExternalStore(connection.subscribe, connection.isOpen);
  const [late, setLate] = useState(false);
  const [before, setBefore] = useState(open);
  useEffect(() => {
    if (open) {
      setBefore(true);
      return setLate(false);
    }
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [open]);
  return (
    <div role="status" aria-live="polite" className={classes.live}>
      {!open && late && (
        <div className={classes.banner}>
          <IconLoader2 aria-hidden size={16} className={classes.turning} />
          {before ? (
            <span>
              <strong>Reconnecting…</strong> The engine is being started again. Nothing that was confirmed is
              lost.
            </span>
          ) : (
            <span>
              <strong>Starting…</strong> The engine is being started.
            </span>
          )}
        </div>
      )}
    </div>
  );
}
