import { implement, ORPCError } from '@orpc/server';
import type { RequestHeadersPluginContext } from '@orpc/server/plugins';
import {
  contract,
  ERRORS,
  type ErrorCode,
  type ErrorDetail,
  TENANT_HEADER,
  type Tenant,
} from '../../../src/contract';
import type { World } from './world';

export type Context = RequestHeadersPluginContext;

/** The contract, ready to be given believable answers. */
export const base = implement(contract).$context<Context>();

/** An error of the closed set, as the engine sends it. */
export function refuse(
  code: ErrorCode,
  detail: Partial<ErrorDetail> = {},
): ORPCError<ErrorCode, ErrorDetail> {
  const { status, title, next } = ERRORS[code];
  return new ORPCError(code, { status, message: title, data: { next, ...detail } });
}

/** A pause. */
export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The tenant that the header of a call addresses, by id or domain. */
export function tenantOf(world: World, context: Context): Tenant {
  const address = context.reqHeaders?.get(TENANT_HEADER);
  const tenant = world.tenants.find((each) => each.id === address || each.domain === address);
  if (!tenant) throw refuse('NOT_FOUND');
  if (tenant.state === 'suspended') throw refuse('TENANT_SUSPENDED');
  return tenant;
}

/** The tenant with this id. */
export function tenantById(world: World, id: string): Tenant {
  const tenant = world.tenants.find((each) => each.id === id);
  if (!tenant) throw refuse('NOT_FOUND');
  return tenant;
}
