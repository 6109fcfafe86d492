import { z } from 'zod';
import { InstallationStatus, OperatorSession, PasswordRule } from '../../contract';
import { LOCAL_PROCEDURES } from '../../server/localProcedures';
import { CONTRACT_ROUTES } from '../../server/rest/contractRoutes';

const LOCAL_OUTPUTS: Readonly<Record<string, z.ZodType>> = {
  'status.read': InstallationStatus,
  'operators.passwordRules': z.array(PasswordRule),
  'operators.createFirst': OperatorSession,
  'sealing.unseal': OperatorSession,
  'recovery.restore': z.object({}),
  'recovery.acceptOlder': OperatorSession,
};

/** Where a procedure is asked for, and how. */
export interface Address {
  readonly method: string;
  /** Below `/api/v1`, with its parameters in braces. */
  readonly path: string;
  readonly streams: boolean;
  /** What it answers; of a stream, one of its values. */
  readonly output: z.ZodType;
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
    const { method, path, streams, output } = route;
    return { method, path, streams, output, isLocal: false };
  }
  const local = LOCAL_PROCEDURES.find((one) => scope === 'installation' && one.name === name);
  const output = LOCAL_OUTPUTS[name];
  if (!local || !output) return null;
  const { method, path } = local;
  return { method, path, streams: false, output, isLocal: true };
}

/** Every procedure that a program can ask for, by name. */
export function listAddresses(): Listed[] {
  return CONTRACT_ROUTES.map(({ id, summary }) => ({ name: id, summary })).sort((one, other) =>
    one.name < other.name ? -1 : 1,
  );
}
