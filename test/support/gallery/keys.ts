import type { KeyPolicy, TenantKeyState } from '../../../src/contract';
import { base } from './base';
import { rotateKey } from './lifecycle';
import type { World } from './world';

const DAY = 86_400_000;
const { keys } = base.installation;

/** The keys of the sample installation. */
export function keysRouter(world: World) {
  let policy: KeyPolicy = { rotationDays: 90, automatic: true };
  const made = new Map(world.tenants.map(({ id }, index) => [id, world.now() - (9 + index * 23) * DAY]));
  const rotating = new Set<string>();
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
    };
  };
  return {
    tenants: keys.tenants.handler(() => ({ policy, tenants: world.tenants.map(stateOf) })),
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
  };
}
