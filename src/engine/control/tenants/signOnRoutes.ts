import { z } from 'zod';
import type { SignOnRoute } from '../../mechanism/signOn';
import type { ControlContext } from '../context';
import { type KeptValues, openKeptValues } from './keptValues';

const Route = z.object({
  id: z.string(),
  protocol: z.enum(['oidc', 'saml']),
  offeredAs: z.string().nullable(),
});

/** By which providers people come into which tenant with a browser, also while the tenant is shut. */
export interface SignOnRoutes extends Pick<KeptValues<readonly SignOnRoute[]>, 'of' | 'leaving' | 'forget'> {
  keep(tenantId: string, routes: readonly SignOnRoute[]): Promise<void>;
  /** A provider that is being tried; it is known until the function is called. */
  hold(tenantId: string, route: SignOnRoute): () => void;
  /** The tenant of a provider, or `null`. */
  tenantOf(providerId: string): string | null;
  /** The tenants that have any. */
  tenants(): readonly string[];
  /** Calls back when any came or went. */
  onChange(listener: () => void): void;
}

/** @throws ConsoleError INSTALLATION_TAMPERED when an entry was edited outside the console */
export async function openSignOnRoutes(context: ControlContext): Promise<SignOnRoutes> {
  const kept = await openKeptValues<readonly SignOnRoute[]>(context, {
    prefix: 'sign-on:',
    schema: Route.array(),
    none: [],
    event: 'tenant.sign-on-kept',
    detail: (routes) => ({ providers: routes.length }),
  });
  const held = new Map<string, Set<string>>();
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };

  return {
    of: kept.of,
    leaving: kept.leaving,
    forget(id) {
      kept.forget(id);
      tell();
    },
    async keep(id, routes) {
      if (await kept.keep(id, routes)) tell();
    },
    hold(tenantId, { id }) {
      const ids = held.get(tenantId) ?? new Set<string>();
      held.set(tenantId, ids.add(id));
      tell();
      return () => {
        ids.delete(id);
        if (ids.size === 0) held.delete(tenantId);
        tell();
      };
    },
    tenantOf(providerId) {
      const [enabled] = kept.all().find(([, routes]) => routes.some(({ id }) => id === providerId)) ?? [];
      const [tried] = [...held].find(([, ids]) => ids.has(providerId)) ?? [];
      return enabled ?? tried ?? null;
    },
    tenants: () => [...kept.all().flatMap(([id, routes]) => (routes.length > 0 ? [id] : [])), ...held.keys()],
    onChange: (listener) => {
      listeners.add(listener);
    },
  };
}
