import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DataFolder } from './dataFolder';
import type { Layout } from './hostCommand';

/**
 * Where the parts of the application are, seen from a program of plain Node: in a checkout the bundles beside each other,
 * in a package the hosts and the models in folders beside the server's.
 * @param entry the file that this process was started with
 * @param env what the set-up of a checkout hands over
 */
export function layoutOfNode(entry: string, folder: DataFolder, env: NodeJS.ProcessEnv): Layout {
  const bundles = dirname(realpathSync(entry));
  const node = realpathSync(process.execPath);
  const hosts = join(bundles, '..', 'hosts');
  if (existsSync(join(hosts, 'modelHost.js'))) {
    const beside = realpathSync(hosts);
    const models = [join(beside, '..', 'models'), folder.models];
    return { node, engine: bundles, hosts: beside, application: [beside], models };
  }
  const root = join(bundles, '..', '..');
  return {
    node,
    engine: bundles,
    hosts: bundles,
    application: [join(root, 'package.json'), bundles, join(root, 'node_modules')],
    models: [env.RISCURA_MODELS ?? '', folder.models],
  };
}
