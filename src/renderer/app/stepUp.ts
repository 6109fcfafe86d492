import { localError, problemOf } from '../ui/problem';

/** Somebody is asked to prove again who they are. */
interface Question {
  readonly answered: Promise<void>;
  readonly confirm: () => void;
  readonly cancel: () => void;
}

/**
 * What was refused because the proof of who is in front of the window is too old waits here until it was given
 * anew, and is then called again. However many calls wait, one question is asked.
 */
class StepUp {
  #question: Question | null = null;
  readonly #listeners = new Set<() => void>();

  /** The question that stands, for `useSyncExternalStore`. */
  readonly current = (): Question | null => this.#question;

  /** Calls the listener when a question is asked or answered; answers with how to stop that. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Calls, and once more after the person has proved who they are where the engine demands that. */
  async through<Output>(call: () => Promise<Output>): Promise<Output> {
    try {
      return await call();
    } catch (error) {
      if (problemOf(error).code !== 'STEP_UP_REQUIRED') throw error;
      await this.#ask();
      return call();
    }
  }

  #ask(): Promise<void> {
    if (this.#question) return this.#question.answered;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#set({
      answered: promise,
      confirm: () => {
        this.#set(null);
        resolve();
      },
      cancel: () => {
        this.#set(null);
        reject(localError('CANCELLED'));
      },
    });
    return promise;
  }

  #set(question: Question | null): void {
    this.#question = question;
    for (const listener of this.#listeners) listener();
  }
}

/** The one place of this window where calls wait for a fresh proof. */
export const stepUp = new StepUp();
