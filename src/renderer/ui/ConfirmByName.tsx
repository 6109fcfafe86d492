import { Button, Group, Modal, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import classes from './ConfirmByName.module.css';
import { ErrorNotice } from './ErrorNotice';

export interface ConfirmByNameProps {
  opened: boolean;
  onClose: () => void;
  /** The act as a heading: `Delete Acme Industries?`. */
  title: string;
  /** The name that must be typed. */
  name: string;
  /** What is lost, item by item. */
  losses: readonly ReactNode[];
  children?: ReactNode;
  /** The word on the button: `Delete tenant`. */
  action: string;
  pending?: boolean;
  error?: unknown;
  onConfirm: (typed: string) => void;
}

/** Asks before something is destroyed: says what is lost and wants the name typed. */
export function ConfirmByName(props: ConfirmByNameProps) {
  const { opened, onClose, title } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={520}>
      <ConfirmForm {...props} />
    </Modal>
  );
}

function ConfirmForm({
  name,
  losses,
  children,
  action,
  pending,
  error,
  onConfirm,
  onClose,
}: ConfirmByNameProps) {
  const [typed, setTyped] = useState('');
  const lostId = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === name && !pending) onConfirm(typed);
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <div>
        <p id={lostId} className={classes.lost}>
          What is lost, and cannot be brought back:
        </p>
        <ul className={classes.losses} aria-labelledby={lostId}>
          {losses.map((loss, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list is fixed while the dialogue is open
            <li key={index}>{loss}</li>
          ))}
        </ul>
      </div>
      {children}
      <TextInput
        data-autofocus
        label={
          <>
            Type <strong>{name}</strong> to confirm
          </>
        }
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
      />
      {error !== undefined && error !== null && <ErrorNotice error={error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" color="red" disabled={typed !== name} loading={pending}>
          {action}
        </Button>
      </Group>
    </form>
  );
}
