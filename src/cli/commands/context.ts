import type { CallContext, Client, LinkOptions } from '../connection/link';
import { failure } from '../failure';
import type { Output } from '../output/output';
import { askAtTerminal, type Secrets } from '../secrets';
import type { SessionService } from '../session/service';
import type { SessionStore } from '../session/store';

/** What every command that asks a console can be told. */
export interface CommonOptions {
  readonly url?: string;
  readonly ca?: string;
  readonly data?: string;
  readonly tenant?: string;
  readonly apiKeyFile?: string;
  readonly passwordFile?: string;
  readonly keystore?: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
  readonly timeout?: number;
  /** Whether an installation is made where there is none. */
  readonly mayCreate?: boolean;
}

/** A way to a console that is open for one command. */
export interface Session {
  readonly client: Client;
  /** What {@link client} calls with, for whoever knows the name of a procedure only as text. */
  readonly link: LinkOptions;
  readonly store: SessionStore;
  readonly sessions: SessionService;
  /** Whether the command calls with an API key. */
  readonly byKey: boolean;
  /** Whether it came over the local socket. */
  readonly isLocal: boolean;
  readonly target: string;
  /** The context of a tenant's procedure. @throws Failure USAGE when nobody has said which tenant */
  inTenant(): { readonly context: CallContext };
  /** The tenant that is meant, by id or domain; `null` when nobody has said. */
  readonly tenant: string | null;
}

/** What a command has to work with. */
export interface CommandContext {
  readonly output: Output;
  readonly secrets: Secrets;
  /** Aborts when the person interrupts, or nobody reads any more. */
  readonly signal: AbortSignal;
  /** Opens the way to the console that the options name. */
  open(more?: Pick<CommonOptions, 'mayCreate'>): Promise<Session>;
}

/** One page of a list after the other. @returns all that they hold */
export async function collectPages<Page extends { readonly next: string | null }, Row>(
  read: (cursor: string | undefined) => Promise<Page>,
  rowsOf: (page: Page) => readonly Row[],
  all: boolean,
): Promise<{ readonly last: Page; readonly rows: readonly Row[] }> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await read(cursor);
    rows.push(...rowsOf(page));
    if (page.next === null || !all) return { last: page, rows };
    cursor = page.next;
  }
}

/**
 * Has something that cannot be taken back confirmed by its name.
 * @param given what came with `--yes`
 * @throws Failure USAGE when another name, or none, is given
 */
export async function confirmByName(name: string, given: string | undefined, what: string): Promise<void> {
  const typed = given ?? (await askAtTerminal(`${what}\nType ${name} to go on: `, false));
  if (typed === null) {
    throw failure(
      'USAGE',
      `${what} There is no terminal to ask at.`,
      `Confirm with --yes ${JSON.stringify(name)}.`,
    );
  }
  if (typed !== name) throw failure('USAGE', `That is not ${name}. Nothing was done.`);
}
