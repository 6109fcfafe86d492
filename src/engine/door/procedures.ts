import {
  type AnyContractProcedure,
  type AnyContractRouter,
  type AnySchema,
  getEventIteratorSchemaDetails,
  type InferSchemaInput,
  type InferSchemaOutput,
  isContractProcedure,
} from '@orpc/contract';
import type { ProcedureMeta } from '../../contract';
import type { Call } from './call';

/** What implements a contract: one function a procedure, under the same names. */
export type Handlers<Contract> = {
  readonly [Name in keyof Contract]: Contract[Name] extends {
    '~orpc': { inputSchema?: infer Input; outputSchema?: infer Output };
  }
    ? (input: OutputOf<Input>, call: Call) => Promise<InputOf<Output>>
    : Handlers<Contract[Name]>;
};

type OutputOf<S> = Exclude<S, undefined> extends infer T extends AnySchema ? InferSchemaOutput<T> : never;
type InputOf<S> = Exclude<S, undefined> extends infer T extends AnySchema ? InferSchemaInput<T> : never;

/** A procedure as the door holds it. */
export interface Procedure {
  readonly name: string;
  readonly meta: ProcedureMeta;
  readonly input: AnySchema;
  readonly output: AnySchema;
  /** Whether it answers with a stream. */
  readonly streams: boolean;
  readonly run: (input: unknown, call: Call) => Promise<unknown>;
}

function incomplete(name: string): Error {
  return new Error(`the procedure ${name} does not state its permission, audit event, size and summary`);
}

function metaOf(name: string, contract: AnyContractProcedure): ProcedureMeta {
  const meta = contract['~orpc'].meta as Partial<ProcedureMeta>;
  const { permission, audit, maxBytes, stepUp, onReserve, answerIsSecret, duringSignIn, summary } = meta;
  if (!permission || !audit || !maxBytes || !summary || !duringSignIn) throw incomplete(name);
  if (stepUp === undefined || onReserve === undefined || answerIsSecret === undefined) throw incomplete(name);
  return { permission, audit, maxBytes, stepUp, onReserve, answerIsSecret, duringSignIn, summary };
}

function schemaOf(name: string, schema: AnySchema | undefined): AnySchema {
  if (!schema) throw new Error(`the procedure ${name} lacks a schema`);
  return schema;
}

/** Lists the procedures of a contract by their dotted names. */
export function listProcedures(contract: AnyContractRouter, prefix = ''): [string, AnyContractProcedure][] {
  if (isContractProcedure(contract)) return [[prefix, contract]];
  return Object.entries(contract).flatMap(([name, part]) =>
    listProcedures(part, prefix ? `${prefix}.${name}` : name),
  );
}

function handlerAt(handlers: unknown, name: string): Procedure['run'] {
  const found = name
    .split('.')
    .reduce<unknown>(
      (place, part) => (typeof place === 'object' && place !== null ? Reflect.get(place, part) : undefined),
      handlers,
    );
  if (typeof found !== 'function') throw new Error(`the procedure ${name} has no handler`);
  return (input, call) => Promise.resolve(Reflect.apply(found, undefined, [input, call]));
}

/**
 * Joins a contract with what implements it.
 * @throws Error when a procedure lacks its permission, its audit event, a schema or a handler
 */
export function bindProcedures(
  contract: AnyContractRouter,
  handlers: unknown,
): ReadonlyMap<string, Procedure> {
  return new Map(
    listProcedures(contract).map(([name, procedure]) => [
      name,
      {
        name,
        meta: metaOf(name, procedure),
        input: schemaOf(name, procedure['~orpc'].inputSchema),
        output: schemaOf(name, procedure['~orpc'].outputSchema),
        streams: getEventIteratorSchemaDetails(procedure['~orpc'].outputSchema) !== undefined,
        run: handlerAt(handlers, name),
      },
    ]),
  );
}
