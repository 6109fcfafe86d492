import { describe, expect, it } from 'vitest';
import { createSystemRandom } from '../../../src/adapters/system';
import type { SamlSettings } from '../../../src/contract';
import {
  type Clock,
  type SamlAssertion,
  SamlError,
  type SamlServiceProvider,
} from '../../../src/engine/ports';
import { createSaml } from '../../../src/engine/tenant/sso/saml';
import type { Trace } from '../../../src/engine/tenant/sso/steps';
import { problemOf } from '../../support/engine/calls';
import { samlDraft } from '../../support/sso/saml';

const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
const SECRET = JSON.stringify({ privateKey: 'key', certificate: 'certificate' });
const ASKED = { requestId: '_1', relayState: '_2', url: 'https://idp.acme.example', provenSince: null };

function said(changes: Partial<SamlAssertion> = {}): SamlAssertion {
  return {
    nameId: 'id-of-lea',
    nameIdFormat: PERSISTENT,
    attributes: new Map([
      ['mail', ['Lea@Acme.example']],
      ['name', ['Lea\tExample']],
      ['groups', ['staff', 'staff', '', 'cyclists']],
    ]),
    sessionUntil: null,
    ...changes,
  };
}

/** Reads what a provider said; the reading of its signatures is another's. */
async function read(
  assertion: SamlAssertion | SamlError,
  changes: Partial<SamlSettings> = {},
  rules: object = {},
) {
  const client = {
    read: async () => {
      if (assertion instanceof SamlError) throw assertion;
      return assertion;
    },
  } as unknown as SamlServiceProvider;
  const steps: string[] = [];
  const groups: string[] = [];
  const trace: Trace = {
    passed: (step) => steps.push(step),
    groups: (found) => groups.push(...found),
  };
  const saml = createSaml({
    client,
    clock: { now: () => 0 } as Clock,
    random: createSystemRandom(),
    addressesOf: () => ({ acs: 'https://us.example/acs', metadata: 'https://us.example/metadata' }),
  });
  const draft = samlDraft({ certificate: '' }, changes);
  const outcome = await saml.read('p1', { ...draft, ...rules }, SECRET, ASKED, 'response', trace);
  return { ...outcome, steps, groups };
}

describe('somebody as a SAML provider shows them', () => {
  it('is known by the name identifier, with an address and a name that the console takes', async () => {
    expect(await read(said())).toEqual({
      vouched: { subject: 'id-of-lea', email: 'lea@acme.example', name: 'Lea Example', role: 'user' },
      sessionUntil: null,
      steps: ['person', 'groups', 'role'],
      groups: ['staff', 'cyclists'],
    });
  });

  it('is known by an attribute where that is the one which stays', async () => {
    const attributes = new Map([...said().attributes, ['uid', ['4711']]]);
    const changes = { idAttribute: 'uid', nameAttribute: '' };
    expect(await read(said({ nameIdFormat: TRANSIENT, attributes }), changes)).toMatchObject({
      vouched: { subject: '4711', name: 'lea@acme.example' },
    });
  });

  it('has the name identifier for an address where no attribute is named', async () => {
    const changes = { emailAttribute: '' };
    expect(await read(said({ nameId: 'max@acme.example' }), changes)).toMatchObject({
      vouched: { subject: 'max@acme.example', email: 'max@acme.example' },
    });
    expect(await problemOf(read(said(), changes))).toMatchObject({ step: 'person', kind: 'refused' });
  });

  it.each<[string, SamlAssertion | SamlError, Partial<SamlSettings>, string]>([
    ['is new at each sign-on', said({ nameIdFormat: TRANSIENT }), {}, 'person'],
    ['has no address', said({ attributes: new Map([['groups', ['staff']]]) }), {}, 'person'],
    ['has an address that is none', said({ attributes: new Map([['mail', ['lea']]]) }), {}, 'person'],
    [
      'has two names that never change',
      said({ attributes: new Map([...said().attributes, ['uid', ['1', '2']]]) }),
      { idAttribute: 'uid' },
      'person',
    ],
    [
      'is in a group whose name only looks like one with a role',
      said({ attributes: new Map([...said().attributes, ['groups', ['Staff', ' staff', 'staff ']]]) }),
      {},
      'role',
    ],
    [
      'is in more groups than anybody',
      said({
        attributes: new Map([
          ...said().attributes,
          ['groups', Array.from({ length: 501 }, (_, index) => `g${index}`)],
        ]),
      }),
      {},
      'groups',
    ],
    ['comes with a signature that is not good', new SamlError('signature', 'Not good.'), {}, 'signature'],
  ])('is not let in who %s', async (_who, assertion, changes, step) => {
    expect(await problemOf(read(assertion, changes))).toMatchObject({ name: 'StepFailure', step });
  });

  it('gets what the others get without a group that has a role', async () => {
    const rules = { defaultRole: 'guest' };
    expect(await read(said(), { groupsAttribute: '' }, rules)).toMatchObject({ vouched: { role: 'guest' } });
  });
});
