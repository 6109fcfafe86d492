import type { Money } from '../../contract';

const LOCALE = 'en-GB';
const MICROS_PER_UNIT = 1_000_000;
const MICROS_PER_CENT = 10_000;
const MICRO_DIGITS = 6;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const integer = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 3 });

/** A whole number with thousands separators: `12,345`. */
export function count(value: number): string {
  return integer.format(value);
}

/** A number short enough for a headline, exact below ten thousand: `9,999`, `12.3 k`, `4.56 M`. */
export function countShort(value: number): string {
  const size = Math.abs(value);
  if (size < 10_000) return integer.format(value);
  if (size < 1_000_000) return `${short.format(value / 1000)} k`;
  if (size < 1_000_000_000) return `${short.format(value / 1_000_000)} M`;
  return `${short.format(value / 1_000_000_000)} G`;
}

/** A count with its word in the right number: `1 query`, `12 queries`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

function symbolOf(currency: string): string {
  const parts = new Intl.NumberFormat(LOCALE, { style: 'currency', currency }).formatToParts(0);
  const symbol = parts.find((part) => part.type === 'currency')?.value ?? currency;
  return symbol.length > 1 ? `${symbol} ` : symbol;
}

/**
 * Money from integer micro-units, without floating point. Two decimals; amounts below one cent
 * show all the digits they have, so that a small price is never shown as nothing.
 */
export function money(amount: Money): string {
  const sign = amount.micros < 0 ? '−' : '';
  const micros = Math.abs(amount.micros);
  const symbol = symbolOf(amount.currency);
  if (micros > 0 && micros < MICROS_PER_CENT) {
    const digits = String(micros).padStart(MICRO_DIGITS, '0').replace(/0+$/, '');
    return `${sign}${symbol}0.${digits}`;
  }
  const cents = (micros + MICROS_PER_CENT / 2 - ((micros + MICROS_PER_CENT / 2) % MICROS_PER_CENT)) / 10_000;
  const whole = (cents - (cents % 100)) / 100;
  return `${sign}${symbol}${integer.format(whole)}.${String(cents % 100).padStart(2, '0')}`;
}

/** Money for an axis whose title names the currency: the amount alone. */
export function moneyAxis(amount: Money): string {
  return money(amount).replace(symbolOf(amount.currency), '');
}

/** Money with every micro-unit, for receipts and hover: `€0.004200`. */
export function moneyExact(amount: Money): string {
  const sign = amount.micros < 0 ? '−' : '';
  const micros = Math.abs(amount.micros);
  const rest = micros % MICROS_PER_UNIT;
  const whole = (micros - rest) / MICROS_PER_UNIT;
  return `${sign}${symbolOf(amount.currency)}${integer.format(whole)}.${String(rest).padStart(MICRO_DIGITS, '0')}`;
}

/** Bytes in binary units, named as such: `512 B`, `23.4 MiB`. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let rest = value;
  let unit = 0;
  while (Math.abs(rest) >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${short.format(rest)} ${units[unit]}`;
}

/** A length of time: `840 ms`, `1.24 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < MINUTE) return `${short.format(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return twoUnits(milliseconds, MINUTE, 'min', SECOND, 's');
  if (milliseconds < DAY) return twoUnits(milliseconds, HOUR, 'h', MINUTE, 'min');
  return twoUnits(milliseconds, DAY, 'd', HOUR, 'h');
}

function twoUnits(value: number, big: number, bigName: string, small: number, smallName: string): string {
  const whole = Math.floor(value / big);
  const rest = Math.floor((value % big) / small);
  return rest === 0 ? `${whole} ${bigName}` : `${whole} ${bigName} ${rest} ${smallName}`;
}

/** A share of one as a percentage: `12.5 %`. */
export function percent(share: number): string {
  return `${new Intl.NumberFormat(LOCALE, { maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(share * 100)} %`;
}

/** The change from one value to another as a signed percentage, or `null` when there is nothing to compare. */
export function change(value: number, previous: number | null): number | null {
  if (previous === null || previous === 0) return null;
  return (value - previous) / previous;
}

/** Date and time to the second with the time zone, for hover and receipts. */
export function exactTime(at: number): string {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long', timeStyle: 'long' }).format(at);
}

/** Date and time to the second: `24 Nov 2026, 14:05:03`. */
export function secondTime(at: number): string {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}

/** Date and time to the minute: `24 Nov, 14:05`. */
export function shortTime(at: number): string {
  return new Intl.DateTimeFormat(LOCALE, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);
}

/** A day: `24 Nov 2026`. */
export function day(at: number): string {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' }).format(at);
}

/** The label of a bucket on a time axis: the hour within a day, the date above. */
export function axisTime(at: number, bucketMs: number): string {
  const options: Intl.DateTimeFormatOptions =
    bucketMs < DAY / 4 ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat(LOCALE, options).format(at);
}

/** How long ago, or in how long: `just now`, `5 min ago`, `in 3 d`. */
export function relativeTime(at: number, now: number): string {
  const distance = Math.abs(now - at);
  if (distance < 10 * SECOND) return 'just now';
  const [unit, name] =
    distance < MINUTE
      ? [SECOND, 's']
      : distance < HOUR
        ? [MINUTE, 'min']
        : distance < DAY
          ? [HOUR, 'h']
          : [DAY, 'd'];
  if (distance >= 45 * DAY) return day(at);
  const amount = `${Math.floor(distance / unit)} ${name}`;
  return at <= now ? `${amount} ago` : `in ${amount}`;
}
