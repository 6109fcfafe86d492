import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EnginePorts } from '../../../src/engine/ports';
import { startTestEngine } from '../../support/engine';
import { openTestWindow, type TestClient } from '../../support/engine/client';
import { FileKeystore } from '../../support/engine/fileKeystore';
import { createOperator, createTenant, OPERATOR } from '../../support/engine/world';
import { temporaryFolder } from '../../support/temporaryFolder';

/** An installation with one tenant, whose keys outlive the engine. */
export async function startWithTenant(overrides: Partial<EnginePorts> = {}) {
  const folder = join(await temporaryFolder());
  const keystore = new FileKeystore(folder);
  const test = startTestEngine(folder, { keystore, ...overrides });
  onTestFinished(() => test.engine.close());
  const { client } = openTestWindow(test.engine);
  await createOperator(client);
  const id = await createTenant(client);
  return { ...test, folder, keystore, client, id };
}

/** Starts an engine on the same folder; its window is signed in as operator. */
export async function startAgain(folder: string, keystore = new FileKeystore(folder)) {
  const test = startTestEngine(folder, { keystore });
  onTestFinished(() => test.engine.close());
  const { client } = openTestWindow(test.engine);
  await client.installation.operators.signIn({ email: OPERATOR.email, password: OPERATOR.password });
  return { ...test, keystore, client };
}

/** Rotates the key of a tenant and waits for its end. */
export async function rotate(client: TestClient, id: string): Promise<void> {
  await client.installation.keys.rotate({ id });
  for await (const { outcome, problem } of await client.installation.tenants.progress({ id })) {
    if (outcome === 'failed' || outcome === 'cancelled') throw new Error(`not rotated: ${problem}`);
  }
}

/** A copy of the key that the keystore holds for a tenant. */
export function keyOf(keystore: FileKeystore, id: string): Uint8Array {
  const key = keystore.keys.get(`tenant:${id}`);
  if (!key) throw new Error('the tenant has no key');
  return Uint8Array.from(key);
}
