import { ConsoleError } from '../../contract';

/** The system's keychain: named texts under one service. */
export interface Keychain {
  /** `null` when there is none, and on Linux also when it is in a keyring that stayed locked. */
  get(account: string): Promise<string | null>;
  set(account: string, text: string): Promise<void>;
  /** Resolves also when there was none. */
  remove(account: string): Promise<void>;
}

/** The system's keychain, which also tells what there is under its service. */
export interface SystemKeychain extends Keychain {
  /** Nothing when it is in a keyring that stayed locked. */
  entries(): Promise<Readonly<Record<string, string>>>;
}

/** A locked keyring asks the person and waits for ever; we do not. */
const PATIENCE_MS = 10_000;

/**
 * The keychain through keytar, one call at a time.
 *
 * A call that waits for a prompt keeps a thread of the process. So while one is stuck no other is made: they
 * are refused at once, and work again when the prompt was answered.
 * @throws ConsoleError KEYSTORE_UNAVAILABLE from every method; the texts are in no error
 */
export function openKeychain(service: string, patienceMs = PATIENCE_MS): SystemKeychain {
  let last: Promise<unknown> = Promise.resolve();
  let stuck = false;

  const call = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(() => (stuck ? Promise.reject(new Stuck()) : withPatience(run())));
    last = turn.catch(() => undefined);
    return turn.catch((error: unknown) => {
      throw new ConsoleError('KEYSTORE_UNAVAILABLE', reasonOf(error), error);
    });
  };

  const withPatience = <Result>(work: Promise<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stuck = true;
        reject(new Stuck());
      }, patienceMs);
      const settle = (): void => {
        clearTimeout(timer);
        stuck = false;
      };
      work.finally(settle).then(resolve, reject);
    });

  return {
    entries: () =>
      call(async () => {
        const found = await (await keytar()).findCredentials(service);
        return Object.fromEntries(found.map(({ account, password }) => [account, password]));
      }),
    get: (account) => call(async () => (await keytar()).getPassword(service, account)),
    set: (account, text) => call(async () => (await keytar()).setPassword(service, account, text)),
    remove: (account) =>
      call(async () => {
        await (await keytar()).deletePassword(service, account);
      }),
  };
}

/** Loaded when it is needed: where libsecret is not installed it cannot be loaded, which is no reason not to start. */
async function keytar() {
  return (await import('@github/keytar')).default;
}

/** The keychain does not answer, most likely because it waits for its password. */
class Stuck extends Error {
  override readonly name = 'Stuck';
  constructor() {
    super('the keychain does not answer');
  }
}

function reasonOf(error: unknown): { reason?: string } {
  if (error instanceof Stuck) {
    return { reason: 'The keychain does not answer. It may be waiting for its password in another window.' };
  }
  // libsecret holds on to the service it first spoke with; one that was started later it does not find.
  return process.platform === 'linux'
    ? { reason: 'If the service of the keychain was started anew, start the console again too.' }
    : {};
}
