import type { ClientLink } from '@orpc/client';
import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../../contract';
import { Failure, failure } from '../failure';
import { type Address, findAddress } from './addresses';
import { readAnswer, readEvents, understood } from './answers';
import type { Connection } from './connection';
import { encodeBody, encodePath } from './encode';

/** What a call of the client may say besides its input. */
export interface CallContext {
  /** The id or domain of the tenant that a tenant's procedure is asked of. */
  readonly tenant?: string;
}

/** The contract as the command line calls it. */
export type Client = ContractRouterClient<typeof contract, CallContext>;

/** Who calls: brings the credential, and proves again who they are where that is demanded. */
export interface Caller {
  /** @param tenant `null` for a procedure of the installation */
  credential(tenant: string | null): Promise<string | null>;
  /**
   * Asks for a fresh proof.
   * @returns whether it was given, so that the call is worth another try
   */
  stepUp(tenant: string | null): Promise<boolean>;
}

export interface LinkOptions {
  readonly connection: Connection;
  readonly caller: Caller;
  /** Aborts when the person interrupts the command. */
  readonly signal: AbortSignal;
}

/** The contract over `/api/v1`, typed. Every call throws a Failure and nothing else. */
export function createClient(options: LinkOptions): Client {
  const link: ClientLink<CallContext> = {
    call: (path, input, { context, signal }) => {
      const [scope = '', ...name] = path;
      const tenant = context.tenant ?? null;
      return call(options, scope, name.join('.'), input, tenant, signal ?? options.signal);
    },
  };
  return createORPCClient(link);
}

/**
 * Calls a procedure by its name.
 * @param scope `installation` or `tenant`
 * @param input as the contract has it; what the engine makes of it, the engine says
 * @returns the output, or a stream of values
 * @throws Failure
 */
export async function call(
  options: LinkOptions,
  scope: string,
  name: string,
  input: unknown,
  tenant: string | null,
  signal: AbortSignal,
): Promise<unknown> {
  const address = findAddress(scope, name);
  if (!address) {
    throw failure('NOT_OFFERED', `${scope}.${name} is nothing that a program can ask for.`);
  }
  if (address.isLocal && !options.connection.isLocal) {
    throw failure(
      'NOT_OFFERED',
      `${scope}.${name} is answered on the machine itself only, not over the network.`,
    );
  }
  const owner = scope === 'tenant' ? tenant : null;
  const send = () => sendOnce(options, address, input, owner, signal);
  const answer = await send();
  if (answer.statusCode !== 403) return received(answer, address);
  try {
    return await received(answer, address);
  } catch (problem) {
    if (!isStepUpWanted(problem) || !(await options.caller.stepUp(owner))) throw problem;
  }
  return received(await send(), address);
}

async function sendOnce(
  { connection, caller }: LinkOptions,
  address: Address,
  input: unknown,
  tenant: string | null,
  signal: AbortSignal,
) {
  const { path, rest } = encodePath(address, input, tenant);
  const { headers, body } = await encodeBody(address, rest);
  const credential = address.isLocal ? null : await caller.credential(tenant);
  return connection.exchange({
    method: address.method,
    path: `/api/v1${path}`,
    headers: {
      ...headers,
      accept: address.streams ? 'text/event-stream' : 'application/json',
      ...(credential !== null && { authorization: `Bearer ${credential}` }),
    },
    ...(body !== undefined && { body }),
    signal,
  });
}

async function received(
  answer: Parameters<typeof readAnswer>[0],
  { streams, output }: Address,
): Promise<unknown> {
  // A refusal is thrown by the call, not by the first look into the stream.
  if (streams && answer.statusCode === 200) return understoodEach(output, readEvents(answer));
  return understood(output, await readAnswer(answer));
}

async function* understoodEach(
  schema: Address['output'],
  values: AsyncIterable<unknown>,
): AsyncGenerator<unknown> {
  for await (const value of values) yield understood(schema, value);
}

function isStepUpWanted(problem: unknown): boolean {
  return problem instanceof Failure && problem.problem.code === 'STEP_UP_REQUIRED';
}
