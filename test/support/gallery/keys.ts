import type { KeyPolicy, RecoveryKit, TenantKeyState } from '../../../src/contract';
import { base } from './base';
import { SAMPLE_PUBLIC_KEY, sampleCertificate } from './certificate';
import { rotateKey } from './lifecycle';
import { tokenKeysRouter } from './tokenKeys';
import type { World } from './world';

const DAY = 86_400_000;
const { keys } = base.installation;

/** The keys of the sample installation. */
export function keysRouter(world: World) {
  let policy: KeyPolicy = { rotationDays: 90, automatic: true };
  const made = new Map(world.tenants.map(({ id }, index) => [id, world.now() - (9 + index * 23) * DAY]));
  const rotating = new Set<string>();
  const [first] = world.tenants;
  const aged = { id: '5f0c3a9e12d47b86', threshold: 3, shares: 5, current: true };
  const kits = new Map<string, RecoveryKit>(
    first ? [[first.id, { ...aged, madeAt: world.now() - 8 * DAY, rehearsedAt: world.now() - 2 * DAY }]] : [],
  );
  const stateOf = ({ id, name }: World['tenants'][number]): TenantKeyState => {
    const createdAt = made.get(id) ?? world.now();
    const dueAt = createdAt + policy.rotationDays * DAY;
    const fingerprint = id.replaceAll('-', '').slice(0, 32);
    return {
      tenantId: id,
      name,
      fingerprint,
      createdAt,
      dueAt,
      due: dueAt < world.now(),
      rotating: rotating.has(id),
      kit: kits.get(id) ?? null,
    };
  };
  const statementKeys = [
    {
      version: 1,
      keyId: '8b1f04c2e97d3a65',
      publicKey: SAMPLE_PUBLIC_KEY,
      since: world.now() - 90 * DAY,
      until: null,
    },
  ];
  const checkpointKeys = [
    {
      version: 1,
      keyId: '41d7e0b35c9a2f68',
      publicKey: SAMPLE_PUBLIC_KEY,
      since: world.now() - 300 * DAY,
      until: world.now() - 41 * DAY,
    },
    {
      version: 2,
      keyId: 'c093be5d17fa8460',
      publicKey: SAMPLE_PUBLIC_KEY,
      since: world.now() - 41 * DAY,
      until: null,
    },
  ];
  return {
    rotateInstallationKey: keys.rotateInstallationKey.handler(() => ({})),
    rotateCheckpointKey: keys.rotateCheckpointKey.handler(() => ({})),
    ...tokenKeysRouter(keys, world.now),
    rotateStatementKey: keys.rotateStatementKey.handler(() => statementKeys),
    certificates: keys.certificates.handler(() =>
      world.tenants
        .slice(0, 1)
        .map((tenant) => ({ signed: sampleCertificate(tenant, world.now()), by: 'Maren Holt' })),
    ),
    tenants: keys.tenants.handler(() => ({
      policy,
      tenants: world.tenants.map(stateOf),
      installation: {
        kit: kits.get('') ?? null,
        version: 2,
        createdAt: world.now() - 41 * DAY,
        dueAt: world.now() + (policy.rotationDays - 41) * DAY,
        due: policy.rotationDays <= 41,
      },
      statementKeys,
      checkpointKeys,
    })),
    setPolicy: keys.setPolicy.handler(({ input }) => {
      policy = input;
      return policy;
    }),
    rotate: keys.rotate.handler(({ input }) => {
      rotating.add(input.id);
      void rotateKey(world, input.id).then(() => {
        rotating.delete(input.id);
        made.set(input.id, world.now());
      });
      return { id: input.id };
    }),
    cancelRotation: keys.cancelRotation.handler(() => ({})),
    makeKit: keys.makeKit.handler(({ input }) => {
      const { tenantId, threshold, shares } = input;
      const kit = { ...aged, threshold, shares, madeAt: world.now(), rehearsedAt: null };
      kits.set(tenantId ?? '', kit);
      const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
      const sheets = Array.from({ length: shares }, (_, sheet) =>
        [
          'RISCURA1',
          ...Array.from({ length: 27 }, (_, at) => letters.slice((at * 7 + sheet) % 27).slice(0, 5)),
        ].join('-'),
      );
      return { kit, keyMark: 'c41d09e2b7735f60', sheets };
    }),
    rehearse: keys.rehearse.handler(() => ({
      kitId: aged.id,
      kind: 'tenant' as const,
      name: first?.name ?? null,
      current: true,
    })),
    restoreTenantKey: keys.restoreTenantKey.handler(() => ({ id: first?.id ?? world.newId() })),
  };
}
