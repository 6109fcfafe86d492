import { ConsoleError, type LdapSettings, type TenantRole } from '../../../contract';
import type { ExternalPasswords, PasswordVerdict } from '../identity';
import type { DirectoryPerson, useDirectory } from './ldap';
import type { People } from './people';
import { isOfKind, type ProviderOf, type ProviderRecord, type Providers } from './records';
import { roleFor } from './roles';
import { comparableDn } from './settings';
import { StepFailure, type Trace, untraced } from './steps';

/** {@link useDirectory} of this tenant. */
export type AskDirectory = <T>(
  settings: LdapSettings,
  secret: string,
  trace: Trace,
  use: Parameters<typeof useDirectory<T>>[4],
) => Promise<T>;

interface Outcome {
  readonly person: DirectoryPerson;
  readonly role: TenantRole;
}

interface Rules {
  readonly settings: LdapSettings;
  readonly mappings: ProviderRecord['mappings'];
  readonly defaultRole: TenantRole | null;
}

/**
 * All steps of a sign-on with a directory, but for letting the person in.
 * @param password `null` to go through the other steps alone, for a test
 * @throws StepFailure
 */
export function signOnWithDirectory(
  ask: AskDirectory,
  { settings, mappings, defaultRole }: Rules,
  secret: string,
  { email, password }: { email: string; password: string | null },
  trace: Trace,
): Promise<Outcome> {
  return ask(settings, secret, trace, async (directory) => {
    const person = await directory.byEmail(email);
    if (password !== null) await directory.provePassword(person, password);
    const groups = await directory.groupsOf(person);
    trace.groups(groups);
    const role = roleFor({ mappings, defaultRole }, groups, comparableDn);
    trace.passed('role', `Gets the role ${role}.`);
    return { person, role };
  });
}

interface SignInOptions {
  readonly providers: Providers;
  readonly people: People;
  readonly ask: AskDirectory;
  /** Called with whom the directory has just vouched for. */
  readonly onVouched: (personId: string, provider: ProviderRecord) => void;
}

/** The sign-in with e-mail and password for people whose password the tenant's directory keeps. */
export function createDirectoryPasswords(options: SignInOptions): ExternalPasswords {
  const { providers, people, ask, onVouched } = options;

  /** The directories that may know the address, in the order in which they are asked. */
  async function candidates(email: string): Promise<'local' | readonly ProviderOf<'ldap'>[]> {
    const enabled = (await providers.all())
      .filter(({ state }) => state === 'enabled')
      .filter((provider) => isOfKind(provider, 'ldap'));
    const known = await people.byEmail(email);
    if (!known) return enabled.length === 0 ? 'local' : enabled;
    if (known.providerId !== null) return enabled.filter(({ id }) => id === known.providerId);
    if (known.role === 'tenant-admin') return 'local';
    const adopting = enabled.filter(({ adoptExisting }) => adoptExisting);
    return adopting.length === 0 ? 'local' : adopting;
  }

  async function tryProvider(
    provider: ProviderOf<'ldap'>,
    email: string,
    password: string,
  ): Promise<PasswordVerdict> {
    const secret = providers.secretOf(provider);
    const { person, role } = await signOnWithDirectory(ask, provider, secret, { email, password }, untraced);
    const { subject, name } = person;
    const personId = await people.admit(provider, { subject, email, name, role });
    onVouched(personId, provider);
    return { kind: 'admitted', personId };
  }

  return {
    async keeps(email) {
      const known = await people.byEmail(email);
      return known !== null && known.providerId !== null;
    },

    async verify(email, password) {
      const asked = await candidates(email);
      if (asked === 'local') return { kind: 'local' };
      const isLocal = (await people.byEmail(email))?.providerId === null;
      for (const provider of asked) {
        try {
          return await tryProvider(provider, email, password);
        } catch (failure) {
          if (!(failure instanceof StepFailure)) throw failure;
          if (failure.kind === 'unavailable') throw new ConsoleError('DIRECTORY_UNAVAILABLE', {}, failure);
          // Another directory may know them; what follows the search is the word of the one that does.
          if (failure.step !== 'search') return { kind: 'refused', at: failure.step };
        }
      }
      return isLocal ? { kind: 'local' } : { kind: 'refused', at: 'search' };
    },
  };
}
