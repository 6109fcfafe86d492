/*
 * The part of the proposal for metadata of decorators that a dependency of @peculiar/x509 asks for at its loading.
 * Import it before that library.
 */
const kept = new WeakMap<object, Map<unknown, unknown>>();

function own(key: unknown, target: object): unknown {
  return kept.get(target)?.get(key);
}

function inherited(key: unknown, target: object | null): unknown {
  if (target === null) return undefined;
  return own(key, target) ?? inherited(key, Object.getPrototypeOf(target) as object | null);
}

Object.assign(Reflect, {
  defineMetadata(key: unknown, value: unknown, target: object): void {
    const values = kept.get(target) ?? new Map<unknown, unknown>();
    kept.set(target, values.set(key, value));
  },
  getOwnMetadata: own,
  getMetadata: inherited,
});
