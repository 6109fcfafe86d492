/** What the code that is called right now may do. */
export type Grant =
  | { readonly kind: 'connect'; readonly address: string; readonly port: number }
  | { readonly kind: 'lookup'; readonly host: string };

/*
 * A grant holds only while the function that got it runs, and is gone with its first `await`: nothing that is
 * called later, from whatever callback, inherits it. Only this folder can give one.
 */
let current: Grant | null = null;

/** Runs a function, which must not wait for anything, with a grant. */
export function withGrant<R>(grant: Grant, run: () => R): R {
  const before = current;
  current = grant;
  try {
    return run();
  } finally {
    current = before;
  }
}

/** The grant of the code that is called right now. */
export function currentGrant(): Grant | null {
  return current;
}
