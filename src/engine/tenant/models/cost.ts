import type { Money, Price } from '../../../contract';

/** Micro-units for so many tokens at a price per million, rounded up to a whole micro-unit. */
function tokenCost(tokens: number, price: Money): number {
  return Number((BigInt(tokens) * BigInt(price.micros) + 999_999n) / 1_000_000n);
}

/**
 * What an answer costs.
 * @param price `null` for a model of the house without a price: it costs nothing
 * @param used tokens, and milliseconds of computing
 */
export function costOf(
  price: Price | null,
  used: { inputTokens: number; outputTokens: number; computeMs: number },
  currency: string,
): Money {
  if (price === null) return { micros: 0, currency };
  if (price.per === 'compute-second') {
    const micros = (BigInt(Math.ceil(used.computeMs)) * BigInt(price.amount.micros) + 999n) / 1000n;
    return { micros: Number(micros), currency: price.amount.currency };
  }
  return {
    micros: tokenCost(used.inputTokens, price.input) + tokenCost(used.outputTokens, price.output),
    currency: price.input.currency,
  };
}
