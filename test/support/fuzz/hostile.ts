import fc from 'fast-check';
import { PLACES } from './pools';

const DEEP = 200;
const HUGE = 300_000;

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
}

/** An object with a name that a literal cannot give it. */
function withKey(name: string, value: unknown, more: object = {}): object {
  return Object.defineProperty({ ...more }, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

const POLLUTING = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'toJSON'];

const TEXTS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\u202Eevil',
  '\uD800',
  '\uFEFF',
  'e\u0301'.repeat(500),
  '👩‍👩‍👧‍👦'.repeat(50),
  'ﷺ'.repeat(200),
  'İ'.repeat(100),
  '../../../../etc/passwd',
  'C:\\Windows\\System32',
  "' OR 1=1 --",
  '"; DROP TABLE audit_events; --',
  '{{7*7}}',
  '<img src=x onerror=alert(1)>',
  '*)(uid=*))(|(uid=*',
  '(a+)+$',
  'NaN',
  'null',
  '[object Object]',
  'https://[::1]:99999',
  'javascript:alert(1)',
  '9'.repeat(400),
  'x'.repeat(HUGE),
];

const NUMBERS: readonly number[] = [
  0,
  -0,
  -1,
  1.5,
  1e308,
  -1e308,
  5e-324,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  Number.MIN_SAFE_INTEGER,
  2 ** 31,
  2 ** 32,
  2 ** 63,
  8.64e15,
  8.64e15 + 1,
];

/** Values that nobody who means well sends. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(...PLACES),
  fc.constantFrom(null, true, false, [], {}, [[]], [null], { length: 1e9 }),
  fc.jsonValue(),
  fc.tuple(fc.constantFrom(...POLLUTING), fc.jsonValue()).map(([name, value]) => withKey(name, value)),
  fc.constantFrom(
    withKey('__proto__', { role: 'operator', polluted: true }),
    withKey('constructor', { prototype: { polluted: true } }),
    nested(DEEP, (inner) => [inner]),
    nested(DEEP, (inner) => ({ a: inner })),
    nested(31, (inner) => ({ a: inner })),
    Array.from({ length: 5_000 }, (_, index) => index),
    Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, index])),
  ),
);

/** What happens to one place of a value that was sound. */
type Change = {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'add' | 'rename';
  readonly value: unknown;
};

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(40),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'rename'),
  value: hostile,
});

interface Spot {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
}

function spotsOf(value: unknown): Spot[] {
  if (typeof value !== 'object' || value === null || value instanceof File) return [];
  const holder = value as Spot['holder'];
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...spotsOf(Reflect.get(holder, key))]);
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, copy);
  if (typeof value !== 'object' || value === null || value instanceof File) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copy(part)]));
}

function applied(value: unknown, { at, how, value: strange }: Change): unknown {
  const changed = copy(value);
  const spots = spotsOf(changed);
  const spot = spots[at % Math.max(1, spots.length)];
  if (!spot) return how === 'add' ? withKey('extra', strange) : strange;
  const { holder, key } = spot;
  if (how === 'replace') Reflect.set(holder, key, strange);
  if (how === 'remove') Reflect.deleteProperty(holder, key);
  if (how === 'rename') {
    Reflect.set(holder, key.toUpperCase(), Reflect.get(holder, key));
    Reflect.deleteProperty(holder, key);
  }
  if (how !== 'add') return changed;
  const name = POLLUTING[at % POLLUTING.length] ?? '__proto__';
  Object.defineProperty(holder, name, {
    value: strange,
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return changed;
}

/** Values that are sound but for one or two places. */
export function almost(sound: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(sound, fc.array(change, { minLength: 1, maxLength: 2 }))
    .map(([value, changes]) => changes.reduce(applied, value));
}
