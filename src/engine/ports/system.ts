/** Wall-clock and monotonic time. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z; may jump, even backwards. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonic(): number;
  /** Resolves after so many milliseconds, or rejects when the signal aborts. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls back every so many milliseconds until the returned function is called. Does not keep the process alive. */
  every(milliseconds: number, callback: () => void): () => void;
}

/** Randomness for ids and keys. */
export interface RandomSource {
  /** So many bytes from the system's cryptographic generator. */
  bytes(count: number): Uint8Array;
}

/** A structured log. Values are numbers, ids and codes: never a prompt, a document, a key or a path. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, string | number | boolean | null>>): void;
  warn(message: string, fields?: Readonly<Record<string, string | number | boolean | null>>): void;
  /** @param cause logged with its stack; its text must not hold a secret */
  error(
    message: string,
    cause: unknown,
    fields?: Readonly<Record<string, string | number | boolean | null>>,
  ): void;
}

/** Hashes passwords on a worker of its own (argon2id, RFC 9106). */
export interface PasswordHasher {
  /** Answers a PHC string. */
  hash(password: string): Promise<string>;
  /** Takes as long for `null` (no such account) as for a real hash. */
  verify(password: string, phc: string | null): Promise<boolean>;
  /** Whether a hash costs less than new ones do: it is renewed when its password is known. */
  isOutdated(phc: string): boolean;
  /** How the cost is tuned to the machine; `null` where it is fixed. */
  readonly tuning: PasswordTuning | null;
}

/** What a hash of a password costs. */
export interface PasswordCost {
  readonly memoryKiB: number;
  readonly passes: number;
  /** What it took on the machine it was measured on, in milliseconds. */
  readonly ms: number;
}

/** Tunes the cost of password hashes. */
export interface PasswordTuning {
  /** What the machine is, so that another one is noticed. */
  readonly machine: string;
  /** What a hash is to take, in milliseconds on an idle core. */
  readonly targetMs: number;
  measure(): Promise<PasswordCost>;
  /** Hashes at this cost from now on. @throws RangeError below what RFC 9106 recommends */
  use(cost: PasswordCost): void;
}

/** The most common passwords as they ship: the first bytes of the SHA-256 of each in small letters, sorted. */
export interface CommonPasswordList {
  readonly entries: number;
  readonly prefixBytes: number;
  /** All prefixes one after the other, base64. */
  readonly prefixes: string;
}
