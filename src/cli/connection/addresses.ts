import { LOCAL_PROCEDURES } from '../../server/localProcedures';
import { CONTRACT_ROUTES } from '../../server/rest/contractRoutes';

/** Where a procedure is asked for, and how. */
export interface Address {
  readonly method: string;
  /** Below `/api/v1`, with its parameters in braces. */
  readonly path: string;
  readonly streams: boolean;
  /** Whether it is answered over the local socket only. */
  readonly isLocal: boolean;
}

/** A procedure that a program can ask for, with what it is for. */
export interface Listed {
  /** `installation.tenants.list` */
  readonly name: string;
  readonly summary: string;
}

/** @returns `null` for what no program can ask for */
export function findAddress(scope: string, name: string): Address | null {
  const route = CONTRACT_ROUTES.find(({ id }) => id === `${scope}.${name}`);
  if (route) {
    const { method, path, streams } = route;
    return { method, path, streams, isLocal: false };
  }
  const local = LOCAL_PROCEDURES.find((one) => scope === 'installation' && one.name === name);
  if (!local) return null;
  const { method, path } = local;
  return { method, path, streams: false, isLocal: true };
}

/** Every procedure that a program can ask for, by name. */
export function listAddresses(): Listed[] {
  return CONTRACT_ROUTES.map(({ id, summary }) => ({ name: id, summary })).sort((one, other) =>
    one.name < other.name ? -1 : 1,
  );
}
