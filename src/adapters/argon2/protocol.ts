import type { PasswordCost } from '../../engine/ports';

/** What the worker is asked. */
export type HashJob = { readonly id: number } & HashQuestion;

export type HashQuestion =
  | { readonly kind: 'hash'; readonly password: string; readonly passes: number }
  | {
      readonly kind: 'verify';
      readonly password: string;
      readonly phc: string | null;
      readonly passes: number;
    }
  | { readonly kind: 'measure'; readonly targetMs: number };

export type HashResult = string | boolean | PasswordCost;

/** What the worker answers. */
export type HashAnswer =
  | { readonly id: number; readonly result: HashResult }
  | { readonly id: number; readonly problem: string };
