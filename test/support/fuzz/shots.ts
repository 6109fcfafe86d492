import type { AnySchema } from '@orpc/contract';
import fc from 'fast-check';
import { z } from 'zod';
import { contract, Role } from '../../../src/contract';
import { listProcedures } from '../../../src/engine/door';
import { EXAMPLES } from '../engine/examples';
import { admitted, type Schema } from './admitted';
import { almost, hostile } from './hostile';
import { placeOf, placesFor } from './pools';

/** Who a message comes from: nobody, somebody of the own tenant by role, the administrator of the other tenant. */
export const CALLERS = ['nobody', ...Role.options, 'stranger'] as const;
export type CallerName = (typeof CALLERS)[number];

/** How a message travels. */
export const TRAVELS = ['plain', 'aborted', 'twice', 'broken', 'typed'] as const;
export type Travel = (typeof TRAVELS)[number];

/** A mark of the protocol that says of which type a value is: the number of the type, then the path to the value. */
export type Mark = readonly [unknown, ...unknown[]];

/** One message to the engine. */
export interface Shot {
  readonly caller: CallerName;
  /** Dotted, or words of any kind: then it is a path that the contract does not have. */
  readonly name: string;
  /** The header that names the tenant; `null` for none. */
  readonly tenant: string | null;
  readonly input: unknown;
  readonly travel: Travel;
  /** Where the message is broken, and with what, when it travels `broken`. */
  readonly wound: { readonly at: number; readonly with: string };
  /** What it claims of the types of its values, when it travels `typed`. */
  readonly marks: readonly Mark[];
}

const PROCEDURES = listProcedures(contract);

/** The dotted names of all procedures. */
export const NAMES: readonly string[] = PROCEDURES.map(([name]) => name);

function schemaOf(schema: AnySchema | undefined): Schema {
  return z.toJSONSchema(schema as z.ZodType, { io: 'input', unrepresentable: 'any' }) as Schema;
}

function inputsOf(name: string, schema: AnySchema | undefined): fc.Arbitrary<unknown> {
  const example = EXAMPLES[name];
  const drawn = admitted(schemaOf(schema), fc.constantFrom(...placesFor(name)));
  const sound = example ? fc.oneof({ weight: 3, arbitrary: drawn }, fc.constant(null).map(example)) : drawn;
  return fc.oneof(
    { weight: 5, arbitrary: sound },
    { weight: 4, arbitrary: almost(sound) },
    { weight: 1, arbitrary: hostile },
  );
}

const INPUTS = new Map(
  PROCEDURES.map(([name, procedure]) => [name, inputsOf(name, procedure['~orpc'].inputSchema)]),
);

const strangeNames = fc.oneof(
  fc.constantFrom(
    'tenant',
    'installation.__proto__.x',
    'constructor.constructor',
    'tenant.identity.signIn.x',
    '..',
    'installation.status.read/../../tenant',
    'tenant.%2e%2e.users',
    '\u0000',
  ),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);

const tenants: fc.Arbitrary<string | null> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(placeOf('own', 'tenant')) },
  { weight: 2, arbitrary: fc.constant(placeOf('foreign', 'tenant')) },
  { weight: 1, arbitrary: fc.constantFrom('own.example', 'foreign.example', 'none.example', null) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '../x', '__proto__', '\u0000', 'x'.repeat(10_000), 'OWN.EXAMPLE'),
  },
);

const travels: fc.Arbitrary<Travel> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Travel>('plain') },
  { weight: 2, arbitrary: fc.constant<Travel>('aborted') },
  { weight: 1, arbitrary: fc.constant<Travel>('twice') },
  { weight: 1, arbitrary: fc.constant<Travel>('broken') },
  { weight: 1, arbitrary: fc.constant<Travel>('typed') },
);

const marks: fc.Arbitrary<Mark[]> = fc.array(
  fc.tuple(
    fc.constantFrom<unknown>(0, 1, 2, 3, 4, 5, 6, 7, 99, '0', null),
    fc.constantFrom<unknown>(
      'id',
      'email',
      'name',
      'reason',
      'limit',
      'query',
      '__proto__',
      'constructor',
      0,
    ),
  ),
  { maxLength: 3 },
);

const aimed = fc
  .constantFrom(...NAMES)
  .chain((name) => fc.record({ name: fc.constant(name), input: INPUTS.get(name) ?? hostile }));

const astray = fc.record({ name: strangeNames, input: hostile });

/** Mostly those whom the procedure is for. */
function callersOf(name: string): fc.Arbitrary<CallerName> {
  const likely: readonly CallerName[] = name.startsWith('installation.')
    ? ['operator']
    : ['tenant-admin', 'tenant-admin', 'user', 'operator', 'stranger'];
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...likely) },
    { weight: 1, arbitrary: fc.constantFrom(...CALLERS) },
  );
}

const wounds = fc.record({
  at: fc.nat(600),
  with: fc.constantFrom('', '"', '{', '}', '\\u0000', ',', '\u00ff', '1e999'),
});

/** One message of any kind. */
export const shot: fc.Arbitrary<Shot> = fc
  .oneof({ weight: 30, arbitrary: aimed }, { weight: 1, arbitrary: astray })
  .chain(({ name, input }) =>
    fc.record({
      name: fc.constant(name),
      input: fc.constant(input),
      caller: callersOf(name),
      tenant: tenants,
      travel: travels,
      wound: wounds,
      marks,
    }),
  );

/** Messages that are under way at the same time. */
export const salvo: fc.Arbitrary<Shot[]> = fc.array(shot, { minLength: 1, maxLength: 8, size: 'max' });
