import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder this checkout lies in. Everything the set-up reads or writes hangs on it or on the cache. */
export const checkout = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * A path inside the checkout.
 * @param {...string} parts
 */
export const inCheckout = (...parts) => join(checkout, ...parts);
