import type { CreateTenant, DeletionRecord, LifecycleProgress, Tenant } from '../../../src/contract';
import { refuse, wait } from './base';
import { sampleCertificate } from './certificate';
import type { World } from './world';

const CREATE_STEPS = [
  ['reserve', 'Reserve name and domain'],
  ['key', 'Make the key and put it into the keychain'],
  ['database', 'Create the encrypted database'],
  ['storage', 'Prepare the encrypted file store'],
  ['policy', 'Apply residency policy and plan'],
  ['administrator', 'Create the first administrator'],
  ['activate', 'Take the tenant into service'],
] as const;

const DELETE_STEPS = [
  ['close', 'Sign everybody out and close the database'],
  ['key', 'Destroy the key'],
  ['files', 'Remove documents and database'],
  ['record', 'Record what was deleted'],
] as const;

const ROTATE_STEPS = [
  ['key', 'Make the next key and put it into the keychain beside the present one'],
  ['wrap', 'Wrap the field keys under both keys'],
  ['copy', 'Copy the database under the next key while queries go on'],
  ['verify', 'Verify the copy: every page, the rows of each table, the head of the audit chain'],
  ['switch', 'Pause writers and put the copy in the place of the database'],
  ['catalogue', 'Record the fingerprint of the new key'],
  ['settle', 'Keep the field keys under the new key alone'],
  ['destroy', 'Destroy the old key'],
] as const;

const STEPS = { create: CREATE_STEPS, delete: DELETE_STEPS, 'rotate-key': ROTATE_STEPS };

const STEP_MS = 450;

function begin(id: string, operation: keyof typeof STEPS): LifecycleProgress {
  const steps = STEPS[operation];
  return {
    tenantId: id,
    operation,
    steps: steps.map(([name, title]) => ({ name, title, state: 'waiting', milliseconds: null, share: null })),
    outcome: 'running',
    problem: null,
    pauseMs: null,
  };
}

async function run(world: World, start: LifecycleProgress): Promise<void> {
  let progress = start;
  const show = (index: number, state: 'running' | 'done', milliseconds: number | null) => {
    const steps = progress.steps.map((step, at) => (at === index ? { ...step, state, milliseconds } : step));
    progress = { ...progress, steps };
    world.progress.set(progress.tenantId, progress);
  };
  for (let index = 0; index < start.steps.length; index += 1) {
    show(index, 'running', null);
    await wait(STEP_MS);
    show(index, 'done', 12 + index * 17);
  }
  const pauseMs = start.operation === 'rotate-key' ? 14.2 : null;
  world.progress.set(progress.tenantId, { ...progress, outcome: 'done', pauseMs });
}

/** Creates a tenant step by step, as slowly as a person can follow. */
export function createTenant(world: World, input: CreateTenant): { id: string } {
  if (world.tenants.some((tenant) => tenant.domain === input.domain)) {
    throw refuse('CONFLICT', { fields: [{ path: 'domain', problem: 'Another tenant has this domain.' }] });
  }
  const { administrator: _, ...rest } = input;
  const now = world.now();
  const tenant: Tenant = {
    ...rest,
    id: world.newId(),
    state: 'provisioning',
    health: 'idle',
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  world.tenants = [...world.tenants, tenant];
  world.usage.set(tenant.id, []);
  const progress = begin(tenant.id, 'create');
  world.progress.set(tenant.id, progress);
  void run(world, progress).then(() => {
    const ready: Tenant = { ...tenant, state: 'active', health: 'healthy', revision: 2 };
    world.tenants = world.tenants.map((each) => (each.id === tenant.id ? ready : each));
  });
  return { id: tenant.id };
}

/** Rotates a key step by step. */
export function rotateKey(world: World, id: string): Promise<void> {
  const progress = begin(id, 'rotate-key');
  world.progress.set(id, progress);
  return run(world, progress);
}

/** Deletes a tenant step by step. */
export async function runDeletion(world: World, tenant: Tenant): Promise<DeletionRecord> {
  const progress = begin(tenant.id, 'delete');
  world.progress.set(tenant.id, progress);
  await run(world, progress);
  world.tenants = world.tenants.filter((each) => each.id !== tenant.id);
  return {
    tenantId: tenant.id,
    name: tenant.name,
    deletedAt: world.now(),
    keyDestroyed: true,
    filesRemoved: 51,
    bytesRemoved: 431_200_000,
    certificate: sampleCertificate(tenant, world.now()),
  };
}

/** The steps as they happen. */
export async function* watchProgress(world: World, id: string, signal?: AbortSignal) {
  let shown: LifecycleProgress | undefined;
  while (!signal?.aborted) {
    const progress = world.progress.get(id);
    if (progress && progress !== shown) {
      shown = progress;
      yield progress;
    }
    if (shown && shown.outcome !== 'running') return;
    await wait(50);
  }
}
