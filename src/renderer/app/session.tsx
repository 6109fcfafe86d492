import { type QueryClient, type QueryKey, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import {
  GRANTS,
  type Operator,
  type Permission,
  type Role,
  type SignInNeed,
  type TenantSession,
} from '../../contract';
import { problemOf } from '../ui';
import { installation, tenantApi } from './api';
import { ONLY_TENANT } from './place';
import { lastDomain } from './preferences';

/** Who this window belongs to: an operator, or a member of one tenant. */
export type Principal = SignInState &
  (
    | { readonly kind: 'operator'; readonly role: 'operator'; readonly operator: Operator }
    | { readonly kind: 'member'; readonly role: Role; readonly session: TenantSession }
  );

interface SignInState {
  /** What the sign-in still waits for; until then no page opens. */
  readonly needs: SignInNeed | null;
  /** Minutes without use after which the session ends. */
  readonly idleMinutes: number;
}

const SESSION_KEY = ['session'] as const;

async function readMember(): Promise<Principal | null> {
  const domain = ONLY_TENANT?.domain ?? lastDomain.read();
  if (!domain) return null;
  try {
    const session = await tenantApi(domain).client.identity.current({});
    if (session.user === null) return null;
    const { role, needs, idleMinutes } = session;
    return { kind: 'member', role, session, needs, idleMinutes };
  } catch (error) {
    if (problemOf(error).code === 'HOST_RESTARTING') throw error;
    return null;
  }
}

async function readPrincipal(): Promise<Principal | null> {
  if (ONLY_TENANT) return readMember();
  const current = await installation.client.operators.current({});
  if (current) {
    const { operator, needs, idleMinutes } = current;
    return { kind: 'operator', role: 'operator', operator, needs, idleMinutes };
  }
  return readMember();
}

/** Asks the engine, once it is open, who is signed in; the session itself is bound to the window and never seen here. */
export function usePrincipalQuery(enabled: boolean) {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: readPrincipal,
    staleTime: Number.POSITIVE_INFINITY,
    enabled,
  });
}

const PrincipalContext = createContext<Principal | null>(null);

/** Makes the principal known to everything below. */
export function PrincipalProvider({ principal, children }: { principal: Principal; children: ReactNode }) {
  return <PrincipalContext value={principal}>{children}</PrincipalContext>;
}

/** The principal of this window. Only below the frame, where somebody is signed in. */
export function usePrincipal(): Principal {
  const principal = useContext(PrincipalContext);
  if (!principal) throw new Error('usePrincipal is used outside of the frame');
  return principal;
}

/** What somebody's role and custom roles allow. The engine decides again at every call. */
export function permissionsOf(principal: Principal): readonly Permission[] {
  return principal.kind === 'operator' ? GRANTS.operator : principal.session.permissions;
}

/** Whether the principal holds a permission. The engine decides again. */
export function useGranted(permission: Permission): boolean {
  return permissionsOf(usePrincipal()).includes(permission);
}

/** Asks again what somebody may do: it may have been changed while their window was open. */
export function refreshPrincipal(cache: QueryClient): void {
  void cache.invalidateQueries({ queryKey: SESSION_KEY, exact: true });
}

/** The name and the address under which somebody is signed in. */
export function faceOf(principal: Principal): { name: string; email: string } {
  if (principal.kind === 'operator') return principal.operator;
  const { user, tenant } = principal.session;
  return { name: user?.name ?? tenant.name, email: user?.email ?? tenant.domain };
}

/** What concerns everybody in front of this window, and so outlives a session. */
function isPublic({ queryKey: [head] }: { queryKey: QueryKey }): boolean {
  return (
    head === SESSION_KEY[0] || (Array.isArray(head) && head[0] === 'installation' && head[1] === 'status')
  );
}

/** Forgets all that was seen in a session, and shows the way in. */
export function endSession(cache: QueryClient): void {
  window.location.hash = '#/';
  cache.setQueryData(SESSION_KEY, null);
  cache.removeQueries({ predicate: (query) => !isPublic(query) });
}

/** Why a window’s session ends by the window. */
export type SignOutReason = 'signed-out' | 'locked' | 'idle';

/** What is done when somebody has signed in, and how somebody signs out. */
export function useSessionActions() {
  const cache = useQueryClient();
  return useMemo(
    () => ({
      signedIn: () => cache.resetQueries({ queryKey: SESSION_KEY }),
      signOut: async (principal: Principal, reason: SignOutReason = 'signed-out') => {
        try {
          if (principal.kind === 'operator') await installation.client.operators.signOut({ reason });
          else await tenantApi(principal.session.tenant.id).client.identity.signOut({ reason });
        } finally {
          endSession(cache);
        }
      },
    }),
    [cache],
  );
}
