const MICRO_DIGITS = 6;
const MICROS = 1_000_000;
const DECIMAL = /^(\d{1,9})(?:[.,](\d{1,6}))?$/;

/** Micro-units from an amount as a person types it, digit by digit and never through a float; `null` when it is none. */
export function microsOf(typed: string): number | null {
  const match = DECIMAL.exec(typed.trim());
  if (!match) return null;
  const [, whole = '0', fraction = ''] = match;
  return Number.parseInt(whole, 10) * MICROS + Number.parseInt(fraction.padEnd(MICRO_DIGITS, '0'), 10);
}

/** Micro-units as an amount that a person can edit: `0.15`. */
export function decimalOf(micros: number): string {
  const rest = micros % MICROS;
  const whole = String((micros - rest) / MICROS);
  if (rest === 0) return whole;
  return `${whole}.${String(rest).padStart(MICRO_DIGITS, '0').replace(/0+$/, '')}`;
}
