import { Button } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './ErrorNotice.module.css';
import { duration } from './format';
import { Identifier } from './Identifier';
import { problemOf } from './problem';
import { useWaysOn } from './waysOn';

export interface ErrorNoticeProps {
  error: unknown;
  /** What could not be done: `The overview could not be read`. */
  doing?: string;
  onRetry?: () => void;
  /** In a form that marks the refused fields itself, they are not listed again. */
  fieldsMarked?: boolean;
  /** Other ways on, beside the retry. */
  actions?: ReactNode;
}

/** An error for a person: what happened, what it means, what to do. */
export function ErrorNotice({ error, doing, onRetry, fieldsMarked, actions }: ErrorNoticeProps) {
  const { code, title, detail } = problemOf(error);
  const wayOn = useWaysOn()(code);
  return (
    <div className={classes.notice} role="alert">
      <IconAlertTriangle aria-hidden size={18} className={classes.icon} />
      <div className={classes.words}>
        {doing && <p className={classes.doing}>{doing}</p>}
        <p className={classes.title}>{title}</p>
        {detail.reason && <p>{detail.reason}</p>}
        {!fieldsMarked && detail.fields && detail.fields.length > 0 && (
          <ul className={classes.fields}>
            {detail.fields.map((field) => (
              <li key={field.path}>
                <span className="mono">{field.path}</span>: {field.problem}
              </li>
            ))}
          </ul>
        )}
        <p className={classes.next}>
          {detail.next}
          {detail.retryAfterMs !== undefined && ` Wait ${duration(detail.retryAfterMs)}.`}
        </p>
        {detail.incident && (
          <p className={classes.next}>
            Incident <Identifier value={detail.incident} label="incident number" />
          </p>
        )}
        {(onRetry || actions || wayOn) && (
          <div className={classes.actions}>
            {onRetry && (
              <Button
                size="xs"
                variant="default"
                leftSection={<IconRefresh size={14} />}
                onClick={() => onRetry()}
              >
                Try again
              </Button>
            )}
            {actions}
            {wayOn}
          </div>
        )}
      </div>
    </div>
  );
}
