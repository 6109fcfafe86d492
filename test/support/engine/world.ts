import type { CreateTenant } from '../../../src/contract';
import { at, type TestClient } from './client';

export const OPERATOR = {
  name: 'Olga Operator',
  email: 'olga@site.example',
  password: 'correct horse battery 1',
};
export const ADMINISTRATOR = {
  name: 'Ada Admin',
  email: 'ada@acme.example',
  password: 'staple anchor violet 2',
};

/** Makes the first operator; the window is then signed in as operator. */
export async function createOperator(client: TestClient): Promise<void> {
  await client.installation.operators.createFirst(OPERATOR);
}

/** What a tenant is created from. */
export function newTenant(wishes: Partial<CreateTenant> = {}): CreateTenant {
  return {
    name: 'Acme Corporation',
    domain: 'acme.example',
    plan: 'professional',
    residency: { mode: 'local-only', regions: [] },
    model: 'embedded/smollm2-135m-instruct',
    administrator: ADMINISTRATOR,
    ...wishes,
  };
}

/** Creates a tenant and waits until it is there. @returns its id */
export async function createTenant(client: TestClient, wishes: Partial<CreateTenant> = {}): Promise<string> {
  const { id } = await client.installation.tenants.create(newTenant(wishes));
  for await (const progress of await client.installation.tenants.progress({ id })) {
    if (progress.outcome === 'failed') throw new Error(`the tenant was not created: ${progress.problem}`);
  }
  return id;
}

/** Signs the tenant's first administrator in. */
export async function signInAdministrator(client: TestClient, domain = 'acme.example'): Promise<void> {
  const { email, password } = ADMINISTRATOR;
  await client.tenant.identity.signIn({ email, password }, at(domain));
}
