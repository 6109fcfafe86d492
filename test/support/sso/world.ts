import { createNetwork } from '../../../src/adapters/network';
import type { LdapSettings, SsoDraft } from '../../../src/contract';
import type { EnginePorts } from '../../../src/engine/ports';
import { startTestEngine, type TestEngine } from '../engine';
import { createCaller } from '../engine/calls';
import { folderUntil } from '../engine/folders';
import { ADMINISTRATOR, newTenant, OPERATOR } from '../engine/world';
import { BASE, groupDn, READER, type Slapd } from './slapd';

type Caller = ReturnType<typeof createCaller>;

/** An engine with one tenant, over the real network of this machine. */
export interface SsoWorld extends TestEngine {
  readonly operator: Caller;
  /** Signed in as the administrator of the tenant, from a window of their own. */
  readonly administrator: Caller;
  readonly tenant: string;
  /** Another window, in which nobody is signed in. */
  window(): Caller;
  /** Calls a procedure of the tenant. */
  ask<Output>(caller: Caller, name: string, input?: unknown): Promise<Output>;
}

let windows = 0;

export async function openSsoWorld(
  onEnd: (end: () => Promise<void>) => void,
  overrides: Partial<EnginePorts> = {},
): Promise<SsoWorld> {
  const folder = await folderUntil(onEnd);
  const test = startTestEngine(folder, { network: createNetwork(), ...overrides });
  onEnd(() => test.engine.close());
  const window = (): Caller => {
    windows += 1;
    return createCaller(test.engine, `window:sso-${windows}`);
  };
  const operator = window();
  await operator.call('installation', 'operators.createFirst', OPERATOR);
  const { id } = (await operator.call('installation', 'tenants.create', newTenant())) as { id: string };
  for await (const { outcome, problem } of (await operator.call('installation', 'tenants.progress', {
    id,
  })) as AsyncIterable<{ outcome: string; problem: unknown }>) {
    if (outcome === 'failed') throw new Error(`the tenant was not created: ${problem}`);
  }
  async function ask<Output>(caller: Caller, name: string, input: unknown = {}): Promise<Output> {
    return (await caller.call('tenant', name, input, { tenant: id })) as Output;
  }
  const administrator = window();
  const { email, password } = ADMINISTRATOR;
  await ask(administrator, 'identity.signIn', { email, password });
  return { ...test, operator, administrator, tenant: id, window, ask };
}

/** How this house's directory is written down; `staff` are users, `admins` administer the tenant. */
export function ldapDraft(
  slapd: Slapd,
  changes: Partial<LdapSettings> = {},
): SsoDraft & { settings: LdapSettings } {
  return {
    name: 'Directory of the house',
    settings: {
      kind: 'ldap',
      url: `ldaps://localhost:${slapd.securePort}`,
      startTls: false,
      authorities: slapd.authority.certificate,
      bindDn: READER.dn,
      peopleBase: `ou=people,${BASE}`,
      peopleFilter: '(objectClass=inetOrgPerson)',
      emailAttribute: 'mail',
      nameAttribute: 'cn',
      idAttribute: 'entryUUID',
      groupLookup: 'nested',
      groupsBase: `ou=groups,${BASE}`,
      memberAttribute: 'member',
      ...changes,
    },
    secret: READER.password,
    mappings: [
      { group: groupDn('staff'), role: 'user' },
      { group: groupDn('admins'), role: 'tenant-admin' },
    ],
    defaultRole: null,
    adoptExisting: false,
    graceMinutes: 0,
  };
}
