import { onTestFinished } from 'vitest';
import type { Role } from '../../../src/contract';
import type { EnginePorts } from '../../../src/engine/ports';
import { createCaller } from './calls';
import { folderUntil } from './folders';
import { startTestEngine, type TestEngine } from './index';
import { addMember, MEMBER_PASSWORD, type Member } from './members';
import { newTenant, OPERATOR } from './world';

/** Somebody signed in who calls procedures of their tenant. */
export interface Person extends Member {
  /** @param name dotted, within the tenant's contract: `access.roles` */
  call<Answer = unknown>(name: string, input?: unknown, tenant?: string): Promise<Answer>;
}

/** The operator, who calls both the installation and any tenant. */
export interface OperatorPerson {
  readonly id: string;
  installation<Answer = unknown>(name: string, input?: unknown): Promise<Answer>;
  call<Answer = unknown>(name: string, input: unknown, tenant: string): Promise<Answer>;
}

/** An engine with two tenants that have an administrator each, and whom a test adds. */
export interface Staffed {
  readonly test: TestEngine;
  readonly operator: OperatorPerson;
  readonly acme: string;
  readonly other: string;
  /** Adds an account and signs it in. */
  add(email: string, role: Exclude<Role, 'operator'>, tenant?: string): Promise<Person>;
  /** Signs an account in once more, in a window of its own. */
  signIn(member: Member, tenant?: string): Promise<Person>;
}

let windows = 0;

async function createTenant(caller: ReturnType<typeof createCaller>, domain: string): Promise<string> {
  const { id } = (await caller.call('installation', 'tenants.create', newTenant({ domain }))) as {
    id: string;
  };
  const steps = (await caller.call('installation', 'tenants.progress', { id })) as AsyncIterable<{
    outcome: string;
  }>;
  for await (const { outcome } of steps) if (outcome === 'failed') throw new Error('the tenant was not made');
  return id;
}

/** Starts it; it ends with the test. */
export async function startStaffed(ports: Partial<EnginePorts> = {}): Promise<Staffed> {
  const test = startTestEngine(await folderUntil(onTestFinished), ports);
  onTestFinished(() => test.engine.close());
  const caller = createCaller(test.engine, 'window:operator');
  const { operator } = (await caller.call('installation', 'operators.createFirst', OPERATOR)) as {
    operator: { id: string };
  };
  const acme = await createTenant(caller, 'acme.example');
  const other = await createTenant(caller, 'other.example');

  async function signIn(member: Member, tenant = acme): Promise<Person> {
    windows += 1;
    const own = createCaller(test.engine, `window:${windows}`);
    const input = { email: member.email, password: MEMBER_PASSWORD };
    await own.call('tenant', 'identity.signIn', input, { tenant });
    return {
      ...member,
      call: <Answer>(name: string, asked: unknown = {}, at = tenant) =>
        own.call('tenant', name, asked, { tenant: at }) as Promise<Answer>,
    };
  }

  return {
    test,
    acme,
    other,
    signIn,
    operator: {
      id: operator.id,
      installation: <Answer>(name: string, input: unknown = {}) =>
        caller.call('installation', name, input) as Promise<Answer>,
      call: <Answer>(name: string, input: unknown, tenant: string) =>
        caller.call('tenant', name, input, { tenant }) as Promise<Answer>,
    },
    async add(email, role, tenant = acme) {
      return signIn(await addMember(test, tenant, { email, role }), tenant);
    },
  };
}
