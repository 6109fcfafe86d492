import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporaryFolder';

type RuleSet = NonNullable<ICruiseOptions['ruleSet']>;

const rules = createRequire(import.meta.url)('../../../.dependency-cruiser.cjs') as RuleSet & {
  readonly options: ICruiseOptions;
};
const ruleNames = (rules.forbidden ?? []).map(({ name }) => name ?? '');

/** For each rule, a small tree with one import too many. */
const BAD_IMPORTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no-circles': { 'src/contract/a.ts': "import './b';", 'src/contract/b.ts': "import './a';" },
  'contract-alone': {
    'src/contract/a.ts': "import '../engine/ports/clock';",
    'src/engine/ports/clock.ts': 'export {};',
  },
  'engine-is-pure': { 'src/engine/a.ts': "import 'node:fs';" },
  'ports-are-leaves': {
    'src/engine/ports/a.ts': "import '../door/index';",
    'src/engine/door/index.ts': 'export {};',
  },
  'tenant-not-control': {
    'src/engine/tenant/usage/index.ts': "import '../../control/plans/index';",
    'src/engine/control/plans/index.ts': 'export {};',
  },
  'mechanism-neither': {
    'src/engine/mechanism/store/index.ts': "import '../../tenant/usage/index';",
    'src/engine/tenant/usage/index.ts': 'export {};',
  },
  'door-neither': {
    'src/engine/door/index.ts': "import '../tenant/usage/index';",
    'src/engine/tenant/usage/index.ts': 'export {};',
  },
  'capabilities-meet-at-the-door': {
    'src/engine/tenant/assistant/index.ts': "import '../usage/record';",
    'src/engine/tenant/usage/record.ts': 'export {};',
  },
  'adapters-know-ports': {
    'src/adapters/keystore/index.ts': "import '../../engine/tenant/index';",
    'src/engine/tenant/index.ts': 'export {};',
  },
  'adapters-apart': {
    'src/adapters/ollama/index.ts': "import '../openai/index';",
    'src/adapters/openai/index.ts': 'export {};',
  },
  'drivers-in-adapters': { 'src/hosts/a.ts': "import 'better-sqlite3';" },
  'electron-in-the-shell': { 'src/hosts/a.ts': "import 'electron';" },
  'custodian-holds-no-engine': {
    'src/custodian/a.ts': "import '../engine/door/index';",
    'src/engine/door/index.ts': 'export {};',
  },
  'composers-see-adapters': {
    'src/renderer/a.ts': "import '../adapters/files/index';",
    'src/adapters/files/index.ts': 'export {};',
  },
  'renderer-knows-the-contract': {
    'src/renderer/a.ts': "import '../engine/index';",
    'src/engine/index.ts': 'export {};',
  },
  'renderer-without-node': { 'src/renderer/a.ts': "import 'node:fs';" },
  'preload-is-one-bridge': {
    'src/preload/a.ts': "import '../contract/a';",
    'src/contract/a.ts': 'export {};',
  },
  'nothing-unresolved': { 'src/contract/a.ts': "import './nowhere';" },
};

async function brokenRules(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  const { tsConfig: _tsConfig, ...options } = rules.options;
  const result = await cruise(['src'], {
    ...options,
    baseDir: folder,
    validate: true,
    preserveSymlinks: true,
    ruleSet: rules,
  });
  return (result.output as ICruiseResult).summary.violations.map(({ rule }) => rule.name);
}

describe('the walls between the layers', () => {
  it('has a bad import for every rule', () => {
    expect(Object.keys(BAD_IMPORTS).sort()).toEqual(ruleNames.sort());
  });

  it.each(Object.entries(BAD_IMPORTS))('%s refuses its bad import', async (name, files) => {
    expect(await brokenRules(files)).toContain(name);
  });

  it('lets a good tree pass', async () => {
    const good = {
      'src/contract/index.ts': "import { z } from 'zod'; export const A = z.string();",
      'src/engine/ports/index.ts': "import '../../contract/index'; export {};",
      'src/engine/tenant/usage/index.ts': "import '../../ports/index'; import '../../mechanism/store/index';",
      'src/engine/mechanism/store/index.ts': "import '../../ports/index'; export {};",
      'src/adapters/betterSqlite3/index.ts': "import 'better-sqlite3'; import '../../engine/ports/index';",
    };
    expect(await brokenRules(good)).toEqual([]);
  });
});
