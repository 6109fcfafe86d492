import { EmailAddress, type LdapSettings, type SsoStep } from '../../../contract';
import type { EgressBroker } from '../../mechanism/egress';
import {
  type DirectoryClient,
  type DirectoryCondition,
  type DirectoryEntry,
  DirectoryError,
  type DirectorySession,
} from '../../ports';
import type { SiteNetwork } from '../context';
import { titleOf } from './people';
import { certificatesIn, comparableDn, placeOf } from './settings';
import { failureAt, StepFailure, type Trace } from './steps';

/** LDAP_MATCHING_RULE_IN_CHAIN of Active Directory: the groups of a person's groups too. */
const IN_CHAIN = '1.2.840.113556.1.4.1941';
/** Bit ACCOUNTDISABLE of userAccountControl (Microsoft, MS-ADTS 2.2.16). */
const ACCOUNT_DISABLED = 2;
/** OpenLDAP's password policy: locked for good (draft-behera-ldap-password-policy 5.3.3). */
const LOCKED_FOR_GOOD = '000001010000Z';
/** Milliseconds from 1601, where a FILETIME begins, to 1970. */
const FILETIME_EPOCH_MS = 11_644_473_600_000;
const NEVER_EXPIRES = new Set(['0', '9223372036854775807']);
const MOST_GROUPS = 500;

/** Attributes that say that an account is out of use, of several makes. */
const STATE_ATTRIBUTES = ['userAccountControl', 'accountExpires', 'nsAccountLock', 'pwdAccountLockedTime'];

/** Somebody as the directory knows them. */
export interface DirectoryPerson {
  readonly dn: string;
  /** What stays the same when they are renamed or moved. */
  readonly subject: string;
  readonly email: string;
  readonly name: string;
  readonly isDisabled: boolean;
  readonly memberOf: readonly string[];
}

interface DirectoryDoor {
  readonly egress: EgressBroker;
  readonly client: DirectoryClient;
  readonly site: () => SiteNetwork;
  readonly now: () => number;
}

/** One directory, with the account that searches bound. */
export interface Directory {
  /** @throws StepFailure `refused` when nobody, or more than one, has the address */
  byEmail(email: string): Promise<DirectoryPerson>;
  /** `null` when they are gone, or no longer among those who may sign in. */
  bySubject(subject: string): Promise<DirectoryPerson | null>;
  /** @throws StepFailure `refused` when the password is not theirs */
  provePassword(person: DirectoryPerson, password: string): Promise<void>;
  /** Distinguished names of all their groups, as the settings say to look them up. */
  groupsOf(person: DirectoryPerson): Promise<readonly string[]>;
}

/**
 * Connects to a directory, has the searching account bound, and lets it be used.
 * @throws StepFailure naming the step that was not passed
 */
export async function useDirectory<T>(
  door: DirectoryDoor,
  settings: LdapSettings,
  secret: string,
  trace: Trace,
  use: (directory: Directory) => Promise<T>,
): Promise<T> {
  const session = await open(door, settings, trace);
  try {
    await bindSearcher(session, settings, secret);
    trace.passed(
      'bind',
      settings.bindDn === '' ? 'Searches without an account.' : 'The account that searches is let in.',
    );
    return await use(directoryOver(session, settings, secret, trace, door.now));
  } finally {
    session.close();
  }
}

async function open(door: DirectoryDoor, settings: LdapSettings, trace: Trace): Promise<DirectorySession> {
  const { url, startTls, authorities } = settings;
  const protection = url.startsWith('ldaps:') ? 'tls' : startTls ? 'start-tls' : 'none';
  let step: SsoStep = 'allowed';
  try {
    const connection = await door.egress.connect(
      {
        baseUrl: url,
        purpose: 'directory',
        place: placeOf(url, door.site()),
        authorities: certificatesIn(authorities),
      },
      (reached) => {
        if (reached === 'allowed') trace.passed('allowed', 'The rules of the network let it be reached.');
        else trace.passed('resolve', 'The name leads to an address.');
        step = reached === 'allowed' ? 'resolve' : 'connect';
      },
    );
    trace.passed('connect', 'The server takes connections.');
    step = 'tls';
    const session = await door.client.open(connection, protection);
    trace.passed(
      'tls',
      protection === 'none'
        ? 'Not needed: it does not leave this machine.'
        : 'The server proved to be the one of the address.',
    );
    return session;
  } catch (error) {
    throw failureAt(step, error);
  }
}

async function bindSearcher(
  session: DirectorySession,
  settings: LdapSettings,
  secret: string,
): Promise<void> {
  try {
    await session.bind(settings.bindDn, settings.bindDn === '' ? '' : secret);
  } catch (error) {
    throw failureAt('bind', error);
  }
}

function directoryOver(
  session: DirectorySession,
  settings: LdapSettings,
  secret: string,
  trace: Trace,
  now: () => number,
): Directory {
  const { emailAttribute, nameAttribute, idAttribute } = settings;
  const binary = idAttribute.toLowerCase() === 'objectguid' ? [idAttribute] : [];

  async function findPeople(condition: DirectoryCondition): Promise<DirectoryEntry[]> {
    try {
      return await session.search({
        base: settings.peopleBase,
        scope: 'sub',
        where: [{ filter: settings.peopleFilter }, condition],
        attributes: [emailAttribute, nameAttribute, idAttribute, 'cn', 'memberOf', ...STATE_ATTRIBUTES],
        binary,
        limit: 2,
      });
    } catch (error) {
      throw failureAt('search', error);
    }
  }

  async function groupsWith(condition: DirectoryCondition): Promise<string[]> {
    const found = await session.search({
      base: settings.groupsBase,
      scope: 'sub',
      where: [condition],
      attributes: ['1.1'],
      limit: MOST_GROUPS + 1,
    });
    return found.map(({ dn }) => dn);
  }

  /** From group to group, each once: circles end by themselves. */
  async function nestedGroups(dn: string): Promise<string[]> {
    const known = new Map<string, string>();
    const toAsk = [dn];
    for (let at = toAsk.shift(); at !== undefined; at = toAsk.shift()) {
      for (const group of await groupsWith({ attribute: settings.memberAttribute, value: at })) {
        if (known.has(comparableDn(group))) continue;
        known.set(comparableDn(group), group);
        toAsk.push(group);
      }
      requireFew(known.size);
    }
    return [...known.values()];
  }

  async function lookUpGroups({ dn, memberOf }: DirectoryPerson): Promise<readonly string[]> {
    if (settings.groupLookup === 'member-of') return memberOf;
    if (settings.groupLookup === 'nested') return nestedGroups(dn);
    return groupsWith({ attribute: settings.memberAttribute, rule: IN_CHAIN, value: dn });
  }

  return {
    async byEmail(email) {
      const [entry, other] = await findPeople({ attribute: emailAttribute, value: email });
      if (!entry) {
        throw new StepFailure(
          'search',
          'refused',
          'Nobody below the base has this address and meets the filter.',
        );
      }
      if (other) throw new StepFailure('search', 'refused', 'More than one entry has this address.');
      const person = personFrom(entry, settings, now(), email);
      trace.passed('search', `Found ${person.dn}.`);
      if (person.isDisabled) throw new StepFailure('search', 'refused', 'The account is disabled there.');
      return person;
    },

    async bySubject(subject) {
      const condition =
        binary.length > 0
          ? { attribute: idAttribute, hex: subject }
          : { attribute: idAttribute, value: subject };
      const [entry] = await findPeople(condition);
      return entry ? personFrom(entry, settings, now(), null) : null;
    },

    async provePassword({ dn }, password) {
      try {
        await session.bind(dn, password);
      } catch (error) {
        if (error instanceof DirectoryError && error.problem === 'credentials') {
          throw new StepFailure('password', 'refused', 'The directory does not take the password.', error);
        }
        throw failureAt('password', error);
      }
      trace.passed('password', 'The directory takes the password.');
      await bindSearcher(session, settings, secret);
    },

    async groupsOf(person) {
      try {
        const groups = await lookUpGroups(person);
        requireFew(groups.length);
        trace.passed('groups', groups.length === 1 ? 'In one group.' : `In ${groups.length} groups.`);
        return groups;
      } catch (error) {
        throw failureAt('groups', error);
      }
    },
  };
}

function requireFew(groups: number): void {
  if (groups <= MOST_GROUPS) return;
  throw new StepFailure(
    'groups',
    'unavailable',
    `There are more than ${MOST_GROUPS} groups. Narrow the base.`,
  );
}

/** @param email the address they were found by, when they were; it must be one of theirs, letter by letter */
function personFrom(
  { dn, attributes }: DirectoryEntry,
  settings: LdapSettings,
  now: number,
  email: string | null,
): DirectoryPerson {
  const values = (name: string): readonly string[] => attributes[name.toLowerCase()] ?? [];
  const [subject] = values(settings.idAttribute);
  if (!subject) {
    throw new StepFailure('search', 'unavailable', `The entry shows no ${settings.idAttribute}.`);
  }
  const addresses = values(settings.emailAttribute).map((address) => EmailAddress.safeParse(address));
  const own = addresses.flatMap(({ success, data }) => (success ? [data] : []));
  const address = email === null ? own[0] : own.find((candidate) => candidate === email);
  if (!address) {
    throw new StepFailure('search', 'refused', `The entry shows no ${settings.emailAttribute} that is this.`);
  }
  const name = values(settings.nameAttribute)[0] ?? values('cn')[0] ?? address;
  return {
    dn,
    subject,
    email: address,
    name: titleOf(name) || address,
    isDisabled: isOutOfUse(values, now),
    memberOf: values('memberOf'),
  };
}

function isOutOfUse(values: (name: string) => readonly string[], now: number): boolean {
  const [control, expires, lock, locked] = STATE_ATTRIBUTES.map((name) => values(name)[0]);
  if (control !== undefined && (Number(control) & ACCOUNT_DISABLED) !== 0) return true;
  if (lock?.toLowerCase() === 'true' || locked === LOCKED_FOR_GOOD) return true;
  if (expires === undefined || NEVER_EXPIRES.has(expires)) return false;
  // A FILETIME counts steps of 100 nanoseconds.
  return Number(expires) / 10_000 - FILETIME_EPOCH_MS <= now;
}
