import { describe, expect, it } from 'vitest';
import type { LdapSettings } from '../../../src/contract';
import type { EgressBroker } from '../../../src/engine/mechanism/egress';
import type { DirectoryClient, DirectoryEntry, DirectorySearch } from '../../../src/engine/ports';
import { type Directory, useDirectory } from '../../../src/engine/tenant/sso/ldap';
import { untraced } from '../../../src/engine/tenant/sso/steps';
import { problemOf } from '../../support/engine/calls';

const NOW = Date.UTC(2026, 10, 24);

const SETTINGS: LdapSettings = {
  kind: 'ldap',
  url: 'ldaps://localhost:636',
  startTls: false,
  authorities: '',
  bindDn: 'cn=reader',
  peopleBase: 'dc=acme,dc=example',
  peopleFilter: '(objectClass=user)',
  emailAttribute: 'mail',
  nameAttribute: 'displayName',
  idAttribute: 'objectGUID',
  groupLookup: 'in-chain',
  groupsBase: 'dc=acme,dc=example',
  memberAttribute: 'member',
};

/** What a directory shows of Lea, and what it is asked. */
function directoryWith(entries: readonly DirectoryEntry[]) {
  const searches: DirectorySearch[] = [];
  const client: DirectoryClient = {
    open: async () => ({
      bind: async () => undefined,
      search: async (search) => {
        searches.push(search);
        return search.attributes.includes('1.1') ? [] : [...entries];
      },
      close: () => undefined,
    }),
  };
  const egress = { connect: async () => ({}) } as unknown as EgressBroker;
  const site = () => ({ airGap: true, hosts: [] });
  const ask = <T>(use: (directory: Directory) => Promise<T>): Promise<T> =>
    useDirectory({ egress, client, site, now: () => NOW }, SETTINGS, 'secret', untraced, use);
  return { ask, searches };
}

function lea(attributes: Record<string, string[]> = {}): DirectoryEntry {
  return {
    dn: 'cn=Lea,dc=acme,dc=example',
    attributes: {
      mail: ['Lea@Acme.example'],
      displayname: ['Lea\tExample'],
      objectguid: ['00112233445566778899aabbccddeeff'],
      ...attributes,
    },
  };
}

/** Steps of 100 nanoseconds since 1601 (Microsoft, FILETIME). */
const filetime = (ms: number): string => String((BigInt(ms) + 11_644_473_600_000n) * 10_000n);

describe('somebody as Active Directory and others show them', () => {
  it('is known by what never changes, with an address and a name that the console takes', async () => {
    const { ask, searches } = directoryWith([lea()]);
    expect(await ask((directory) => directory.byEmail('lea@acme.example'))).toMatchObject({
      subject: '00112233445566778899aabbccddeeff',
      email: 'lea@acme.example',
      name: 'Lea Example',
      isDisabled: false,
    });
    await ask((directory) => directory.bySubject('00112233445566778899aabbccddeeff'));
    expect(searches.at(-1)?.where).toEqual([
      { filter: '(objectClass=user)' },
      { attribute: 'objectGUID', hex: '00112233445566778899aabbccddeeff' },
    ]);
    expect(searches.at(-1)?.binary).toEqual(['objectGUID']);
  });

  it.each<[string, Record<string, string[]>, boolean]>([
    ['ACCOUNTDISABLE', { useraccountcontrol: ['514'] }, true],
    ['an ordinary account', { useraccountcontrol: ['512'], accountexpires: ['9223372036854775807'] }, false],
    ['an account without an end', { accountexpires: ['0'] }, false],
    ['an account whose end is past', { accountexpires: [filetime(NOW - 1)] }, true],
    ['an account whose end is to come', { accountexpires: [filetime(NOW + 60_000)] }, false],
    ['a lock of 389 Directory Server', { nsaccountlock: ['TRUE'] }, true],
    ['a lock of OpenLDAP for good', { pwdaccountlockedtime: ['000001010000Z'] }, true],
    ['a lock of OpenLDAP for a while', { pwdaccountlockedtime: ['20261124000000Z'] }, false],
  ])('%s', async (_what, attributes, isDisabled) => {
    const { ask } = directoryWith([lea(attributes)]);
    expect(await ask((directory) => directory.bySubject('00'))).toMatchObject({ isDisabled });
  });

  it('is nobody when two have the address, when it is not theirs letter by letter, or shows no id', async () => {
    const byEmail = (entries: DirectoryEntry[]) =>
      problemOf(directoryWith(entries).ask((directory) => directory.byEmail('lea@acme.example')));
    expect(await byEmail([lea(), lea()])).toMatchObject({ step: 'search', kind: 'refused' });
    expect(await byEmail([lea({ mail: ['lea@acme.example.evil.example'] })])).toMatchObject({
      step: 'search',
      kind: 'refused',
    });
    expect(await byEmail([lea({ objectguid: [] })])).toMatchObject({ step: 'search', kind: 'unavailable' });
    expect(await byEmail([])).toMatchObject({ step: 'search', kind: 'refused' });
  });
});
