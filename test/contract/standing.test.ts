import { expect, it, onTestFinished } from 'vitest';
import { EXTRACTIVE_MODEL } from '../../src/contract';
import { startTestEngine } from '../support/engine';
import { at, openTestWindow } from '../support/engine/client';
import { folderUntil } from '../support/engine/folders';
import { createOperator, createTenant, newTenant, signInAdministrator } from '../support/engine/world';

it('how a tenant stands is known to its members, and changes with what operators and administrators do', async () => {
  const test = startTestEngine(await folderUntil(onTestFinished));
  onTestFinished(() => test.engine.close());
  const operator = openTestWindow(test.engine).client;
  await createOperator(operator);
  const id = await createTenant(operator);
  const member = openTestWindow(test.engine).client;
  await expect(member.tenant.identity.standing({}, at(id))).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  await signInAdministrator(member);
  const local = { mode: 'local-only', regions: [] };
  expect(await member.tenant.identity.standing({}, at(id))).toEqual({
    state: 'active',
    health: 'healthy',
    residency: local,
    model: newTenant().model,
  });

  const configuration = await member.tenant.configuration.read({}, at(id));
  await member.tenant.configuration.update({ ...configuration, model: EXTRACTIVE_MODEL }, at(id));
  const { revision } = await operator.installation.tenants.read({ id });
  const bound = { mode: 'region-bound' as const, regions: ['eu-de'] };
  await operator.installation.tenants.update({ id, revision, residency: bound });
  expect(await member.tenant.identity.standing({}, at(id))).toMatchObject({
    residency: bound,
    model: EXTRACTIVE_MODEL,
  });

  await operator.installation.tenants.suspend({ id, reason: 'unpaid' });
  await expect(member.tenant.identity.standing({}, at(id))).rejects.toMatchObject({
    code: 'TENANT_SUSPENDED',
  });
});
