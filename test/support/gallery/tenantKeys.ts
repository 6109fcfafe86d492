import type { FieldKeys } from '../../../src/contract';
import { base } from './base';
import type { World } from './world';

const DAY = 86_400_000;
const { keys } = base.tenant;

/** The field keys of a sample tenant. */
export function tenantKeysRouter(world: World) {
  let fieldKeys: FieldKeys = { versions: [{ version: 1, createdAt: world.now() - 120 * DAY }], work: null };
  return {
    fieldKeys: keys.fieldKeys.handler(() => fieldKeys),
    rotateFieldKey: keys.rotateFieldKey.handler(() => {
      const version = fieldKeys.versions.length + 1;
      fieldKeys = { ...fieldKeys, versions: [...fieldKeys.versions, { version, createdAt: world.now() }] };
      return fieldKeys;
    }),
  };
}
