import type { Connection } from './connection';

/** At most so many connections that read, opened when they are needed and kept. */
export class Readers {
  readonly #open: () => Promise<Connection>;
  readonly #size: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #idle: Connection[] = [];
  #generation = 0;

  constructor(open: () => Promise<Connection>, size: number) {
    this.#open = open;
    this.#size = size;
    this.#free = size;
  }

  /** Works with a connection that nobody else uses meanwhile. */
  async use<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
    await this.#acquire();
    try {
      const generation = this.#generation;
      const connection = this.#idle.pop() ?? (await this.#open());
      try {
        return await work(connection);
      } finally {
        if (generation === this.#generation) this.#idle.push(connection);
        else await connection.close();
      }
    } finally {
      this.#release();
    }
  }

  /** From now on only fresh connections are used. */
  async renew(): Promise<void> {
    this.#generation += 1;
    const old = this.#idle;
    this.#idle = [];
    for (const connection of old) await connection.close();
  }

  /** Waits for those in use, closes all and runs the work before anybody reads again. */
  async without<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let taken = 0; taken < this.#size; taken += 1) await this.#acquire();
    try {
      await this.renew();
      return await work();
    } finally {
      for (let taken = 0; taken < this.#size; taken += 1) this.#release();
    }
  }

  /** Waits for those in use and closes all. */
  async close(): Promise<void> {
    for (let taken = 0; taken < this.#size; taken += 1) await this.#acquire();
    await this.renew();
  }

  async #acquire(): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
