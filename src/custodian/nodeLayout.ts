import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DataFolder } from './dataFolder';
import type { Layout } from './hostCommand';

/**
 * Where the parts of the application are, seen from a program of plain Node: in a checkout the bundles beside each other,
 * in a package the hosts and the models in folders beside the server's, as `build/package` lays them.
 * @param entry the file that this process was started with
 * @param env what the set-up of a checkout hands over; a package takes it out, for it names libraries to load into the
 *   process that holds the keys
 */
export function layoutOfNode(entry: string, folder: DataFolder, env: NodeJS.ProcessEnv): Layout {
  const bundles = dirname(realpathSync(entry));
  const node = realpathSync(process.execPath);
  const hosts = join(bundles, '..', '..', 'hosts');
  if (existsSync(join(hosts, 'modelHost.js'))) {
    const beside = realpathSync(hosts);
    const models = [join(beside, '..', 'models'), folder.models];
    forgetCheckout(env);
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

const OF_A_CHECKOUT = [
  'RISCURA_BETTER_SQLITE3_BINDING',
  'RISCURA_MODELS',
  'RISCURA_SAMPLE',
  'RISCURA_SERVER',
  'RISCURA_VERSION',
];

function forgetCheckout(env: NodeJS.ProcessEnv): void {
  for (const name of OF_A_CHECKOUT) delete env[name];
}
