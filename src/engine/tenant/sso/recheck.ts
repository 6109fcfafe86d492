import { ConsoleError } from '../../../contract';
import type { Directory } from './ldap';
import type { LinkedPerson, People } from './people';
import { isOfKind, type ProviderOf, type ProviderRecord, type Providers } from './records';
import { roleFor } from './roles';
import { comparableDn } from './settings';
import type { AskDirectory } from './signIn';
import { StepFailure, untraced } from './steps';

/** What came of asking a provider about everybody who came by it. */
export interface RecheckCounts {
  readonly checked: number;
  readonly changed: number;
  readonly disabled: number;
}

interface RecheckOptions {
  readonly providers: Providers;
  readonly people: People;
  readonly ask: AskDirectory;
  /** Writes down how the last check of all people went. */
  readonly note: (providerId: string, problem: string | null) => Promise<void>;
  readonly onChecked: (personIds: readonly string[], provider: ProviderRecord) => void;
  /** Asks an OpenID provider about everybody who works here. @throws StepFailure */
  readonly checkOidc: (provider: ProviderOf<'oidc'>) => Promise<RecheckCounts>;
}

/** Asks directories whether they still vouch for the people who came by them. */
export interface Recheck {
  /**
   * @throws StepFailure when the directory cannot be asked; then nobody was changed
   * @throws ConsoleError CONFLICT for a provider that is no directory
   */
  run(providerId: string): Promise<RecheckCounts>;
}

export function createRecheck(options: RecheckOptions): Recheck {
  const { providers, people, ask, note, onChecked } = options;
  const running = new Map<string, Promise<RecheckCounts>>();

  /** @returns what happened to the person */
  async function checkOne(
    provider: ProviderOf<'ldap'>,
    directory: Directory,
    person: LinkedPerson,
  ): Promise<'same' | 'changed' | 'disabled'> {
    const found = await directory.bySubject(person.subject);
    if (!found || found.isDisabled) return putOut(person, found ? 'disabled there' : 'not there any more');
    try {
      const groups = await directory.groupsOf(found);
      const role = roleFor(provider, groups, comparableDn);
      const { subject, email, name } = found;
      return (await people.update(person, { subject, email, name, role })) ? 'changed' : 'same';
    } catch (failure) {
      if (failure instanceof StepFailure && failure.kind === 'refused')
        return putOut(person, 'in no group with a role');
      throw failure;
    }
  }

  async function putOut(person: LinkedPerson, reason: string): Promise<'same' | 'disabled'> {
    if (!person.isActive) return 'same';
    await people.disable(person, reason);
    return 'disabled';
  }

  async function checkAll(provider: ProviderOf<'ldap'>): Promise<RecheckCounts> {
    // Whom an administrator disabled here stays disabled, whatever the directory says.
    const linked = (await people.linkedTo(provider.id)).filter(
      ({ isActive, byDirectory }) => isActive || byDirectory,
    );
    const counts = { same: 0, changed: 0, disabled: 0 };
    if (linked.length > 0) {
      await ask(provider.settings, providers.secretOf(provider), untraced, async (directory) => {
        for (const person of linked) counts[await checkOne(provider, directory, person)] += 1;
      });
      const ids = linked.map(({ personId }) => personId);
      await people.checked(ids);
      onChecked(ids, provider);
    }
    return { checked: linked.length, changed: counts.changed, disabled: counts.disabled };
  }

  /** @throws ConsoleError CONFLICT when the provider cannot be asked without the person */
  async function check(provider: ProviderRecord): Promise<RecheckCounts> {
    if (isOfKind(provider, 'ldap')) return checkAll(provider);
    if (isOfKind(provider, 'oidc')) return options.checkOidc(provider);
    throw new ConsoleError('CONFLICT', {
      reason: 'This provider says nothing of people who are not there to sign in.',
    });
  }

  async function runOnce(providerId: string): Promise<RecheckCounts> {
    const provider = await providers.require(providerId);
    try {
      const counts = await check(provider);
      await note(providerId, null);
      return counts;
    } catch (failure) {
      if (failure instanceof StepFailure) await note(providerId, failure.words);
      throw failure;
    }
  }

  return {
    run(providerId) {
      const present = running.get(providerId);
      if (present) return present;
      const made = runOnce(providerId).finally(() => running.delete(providerId));
      running.set(providerId, made);
      return made;
    },
  };
}
