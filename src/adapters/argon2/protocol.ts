/** What the worker is asked. */
export type HashJob =
  | { readonly id: number; readonly kind: 'hash'; readonly password: string }
  | { readonly id: number; readonly kind: 'verify'; readonly password: string; readonly phc: string | null };

/** What the worker answers. */
export type HashAnswer =
  | { readonly id: number; readonly result: string | boolean }
  | { readonly id: number; readonly problem: string };
