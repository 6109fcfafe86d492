import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import classes from './Identifier.module.css';

export interface IdentifierProps {
  value: string;
  /** What it is, for the name of the copy button: `tenant id`. */
  label: string;
  /** How many characters of head and tail to show; all when it is missing. */
  shorten?: number;
}

/** An id, hash or fingerprint in a monospace, with a button that copies all of it. */
export function Identifier({ value, label, shorten }: IdentifierProps) {
  const shown =
    shorten && value.length > shorten * 2 + 1 ? `${value.slice(0, shorten)}…${value.slice(-shorten)}` : value;
  return (
    <span className={classes.identifier}>
      <span className="mono" title={shown === value ? undefined : value}>
        {shown}
      </span>
      <CopyButton value={value} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : `Copy ${label}`}>
            <ActionIcon variant="subtle" color="gray" size={20} aria-label={`Copy ${label}`} onClick={copy}>
              {copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  );
}
