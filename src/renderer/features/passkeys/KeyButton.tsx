import { Button } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import type { PasskeyAnswer, PasskeyRequest } from '../../../contract';
import { ErrorNotice } from '../../ui';
import { answerWithKey, stopAsking } from './browserKeys';

interface KeyButtonProps {
  children: ReactNode;
  ask: () => Promise<PasskeyRequest>;
  /** Takes the answer of the key to where it opens something. */
  give: (answer: PasskeyAnswer) => Promise<unknown>;
  onDone: () => void;
}

/** Asks for a passkey or security key, and says what went wrong. */
export function KeyButton({ children, ask, give, onDone }: KeyButtonProps) {
  const asking = useMutation({
    mutationFn: async () => give(await answerWithKey(await ask())),
    onSuccess: onDone,
  });
  useEffect(() => stopAsking, []);
  return (
    <>
      <Button
        variant="default"
        size="md"
        fullWidth
        leftSection={<IconFingerprint size={16} aria-hidden />}
        loading={asking.isPending}
        onClick={() => asking.mutate()}
        data-mantine-stop-propagation
      >
        {children}
      </Button>
      {asking.isError && <ErrorNotice error={asking.error} />}
    </>
  );
}
