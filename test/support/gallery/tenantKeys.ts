import type { FieldKeys, FileKeys } from '../../../src/contract';
import { base } from './base';
import { tokenKeysRouter } from './tokenKeys';
import type { World } from './world';

const DAY = 86_400_000;
const { keys } = base.tenant;

/** The keys inside the database of a sample tenant. */
export function tenantKeysRouter(world: World) {
  let fieldKeys: FieldKeys = { versions: [{ version: 1, createdAt: world.now() - 120 * DAY }], work: null };
  let fileKeys: FileKeys = {
    versions: [
      { version: 1, createdAt: world.now() - 120 * DAY },
      { version: 2, createdAt: world.now() - 4_000 },
    ],
    files: 41,
    work: { state: 'running', done: 17, sealed: 16, damaged: 0 },
  };
  return {
    fileKeys: keys.fileKeys.handler(() => fileKeys),
    rotateFileKey: keys.rotateFileKey.handler(() => {
      const version = (fileKeys.versions.at(-1)?.version ?? 0) + 1;
      const versions = [...fileKeys.versions, { version, createdAt: world.now() }];
      fileKeys = { ...fileKeys, versions, work: { state: 'running', done: 0, sealed: 0, damaged: 0 } };
      return fileKeys;
    }),
    cancelFileKeyRotation: keys.cancelFileKeyRotation.handler(() => {
      fileKeys = { ...fileKeys, work: fileKeys.work && { ...fileKeys.work, state: 'stopped' } };
      return fileKeys;
    }),
    ...tokenKeysRouter(keys, world.now),
    fieldKeys: keys.fieldKeys.handler(() => fieldKeys),
    rotateFieldKey: keys.rotateFieldKey.handler(() => {
      const version = fieldKeys.versions.length + 1;
      fieldKeys = { ...fieldKeys, versions: [...fieldKeys.versions, { version, createdAt: world.now() }] };
      return fieldKeys;
    }),
  };
}
