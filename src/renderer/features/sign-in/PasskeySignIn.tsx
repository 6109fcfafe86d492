import { Text } from '@mantine/core';
import type { PasskeyAnswer } from '../../../contract';
import { Domain } from '../../../contract';
import { installation, tenantApi } from '../../app/api';
import { lastDomain, lastDoor } from '../../app/preferences';
import { useSessionActions } from '../../app/session';
import { localError } from '../../ui';
import { CAN_USE_KEYS, KeyButton } from '../passkeys';

interface PasskeySignInProps {
  member: boolean;
  /** The domain that stands in the form. */
  domain: () => string;
}

/** Signs in with a passkey and nothing else. */
export function PasskeySignIn({ member, domain }: PasskeySignInProps) {
  const { signedIn } = useSessionActions();
  if (!CAN_USE_KEYS) {
    return (
      <Text size="sm" c="dimmed">
        Passkeys work in the web console, in a browser under its host name, and not in this window.
      </Text>
    );
  }
  const operators = {
    ask: () => installation.client.operators.askPasskey({}),
    give: async (answer: PasskeyAnswer) => {
      await installation.client.operators.signInByPasskey({ answer });
      lastDoor.write('operator');
    },
  };
  const members = {
    ask: async () => tenantApi(addressed(domain())).client.identity.askPasskey({}),
    give: async (answer: PasskeyAnswer) => {
      const address = addressed(domain());
      await tenantApi(address).client.identity.signInByPasskey({ answer });
      lastDomain.write(address);
      lastDoor.write('member');
    },
  };
  return (
    <KeyButton {...(member ? members : operators)} onDone={() => void signedIn()}>
      Sign in with a passkey
    </KeyButton>
  );
}

/** @throws ORPCError in words when it is no domain */
function addressed(typed: string): string {
  const domain = Domain.safeParse(typed);
  if (domain.success) return domain.data;
  throw localError('BAD_INPUT', 'Enter the domain of your tenant first, such as acme.example.');
}
