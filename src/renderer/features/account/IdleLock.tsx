import { useIdle } from '@mantine/hooks';
import { useEffect } from 'react';
import { type Principal, useSessionActions } from '../../app/session';

/**
 * Ends the session when nobody touched the window for the idle time of the policy. The engine counts calls; a
 * page that renews its figures by itself would keep a session alive before an empty chair.
 */
export function IdleLock({ principal }: { principal: Principal }) {
  const { signOut } = useSessionActions();
  const idle = useIdle(principal.idleMinutes * 60_000, { initialState: false });
  useEffect(() => {
    if (idle) void signOut(principal, 'idle');
  }, [idle, principal, signOut]);
  return null;
}
