import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'electron';
import type { DataFolder } from '../custodian/dataFolder';
import type { Layout } from '../custodian/hostCommand';

const NODE = process.platform === 'win32' ? 'node.exe' : 'node';

/**
 * Where the parts of the application are: in a checkout side by side; in a packaged console the engine in the archive,
 * Node, hosts and models beside it.
 * @param env what the set-up of a checkout hands over
 */
export function layoutOf(
  app: Pick<App, 'isPackaged' | 'getAppPath'>,
  folder: DataFolder,
  env: NodeJS.ProcessEnv,
): Layout {
  return app.isPackaged ? packaged(app.getAppPath(), folder) : inCheckout(app.getAppPath(), folder, env);
}

function packaged(archive: string, folder: DataFolder): Layout {
  const resources = realpathSync(join(archive, '..'));
  const hosts = join(resources, 'hosts');
  return {
    node: join(resources, 'node', NODE),
    engine: join(archive, 'out', 'main'),
    hosts,
    application: [hosts],
    models: [join(resources, 'models'), folder.models],
  };
}

function inCheckout(path: string, folder: DataFolder, env: NodeJS.ProcessEnv): Layout {
  const root = realpathSync(path);
  const bundles = join(root, 'out', 'main');
  const modules = join(root, 'node_modules');
  return {
    node: realpathSync(join(modules, 'node', 'bin', NODE)),
    engine: bundles,
    hosts: bundles,
    application: [join(root, 'package.json'), bundles, modules],
    models: [env.RISCURA_MODELS ?? '', folder.models],
  };
}
