/** Where a command speaks. */
export interface Terminal {
  /** A line of the result. */
  say(text: string): void;
  /** How far it is; the next one takes its place, the empty text clears it. */
  progress(text: string): void;
}

/** What keeps a command from being done, in words for whoever typed it. */
export class CommandProblem extends Error {
  override readonly name = 'CommandProblem';
}
