import { useQuery } from '@tanstack/react-query';
import type { PasskeyAnswer } from '../../../contract';
import { CAN_USE_KEYS, KeyButton } from '../passkeys';
import type { AccountApi } from './accountApi';

interface OwnKeyButtonProps {
  account: AccountApi;
  give: (answer: PasskeyAnswer) => Promise<unknown>;
  onDone: () => void;
}

/** Asks for one's own passkey or security key, where one has any for this page; otherwise there is nothing. */
export function OwnKeyButton({ account, give, onDone }: OwnKeyButtonProps) {
  // Asked once to learn whether there is any; each press asks anew, since a challenge is good once.
  const asked = useQuery({
    queryKey: ['own-keys-asked'],
    queryFn: () => account.client.askPasskey({}),
    enabled: CAN_USE_KEYS,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  if (!asked.data) return null;
  return (
    <KeyButton ask={() => account.client.askPasskey({})} give={give} onDone={onDone}>
      Use a passkey or security key
    </KeyButton>
  );
}
