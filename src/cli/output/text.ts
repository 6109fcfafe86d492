import { stripVTControlCharacters } from 'node:util';

/** What came from elsewhere must neither steer the terminal nor write lines of its own. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, ' ');
}

/** The same for a text of several lines: line feeds and tabs stay. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, ' ');
}

/** A time in UTC to the second. @param at milliseconds since 1970; `null` is written as a dash */
export function timeOf(at: number | null): string {
  return at === null ? '-' : `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** Money to the cent, or as many digits as it takes to see that it is not nothing. */
export function moneyOf({ micros, currency }: { micros: number; currency: string }): string {
  const sign = micros < 0 ? '-' : '';
  const digits = String(Math.abs(micros)).padStart(7, '0');
  const whole = digits.slice(0, -6);
  const fraction = digits.slice(-6).replace(/0+$/, '').padEnd(2, '0');
  return `${sign}${whole}.${fraction} ${currency}`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size with at most one decimal. @param bytes `null` is written as a dash */
export function sizeOf(bytes: number | null): string {
  if (bytes === null) return '-';
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
