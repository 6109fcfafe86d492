import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkout } from '../support/desktop/checkout';
import { STORY } from './demo/story';
import { createOperator } from './support/accounts';
import { createTenant } from './support/tenants';
import { openWorld, type World } from './support/world';

describe.runIf(process.platform === 'linux')(
  'riscura on the machine of a console',
  { timeout: 120_000 },
  () => {
    let world: World;
    beforeAll(async () => {
      world = await openWorld();
      await createOperator(world.stage.page, STORY.operator);
      await createTenant(world.stage.page, STORY.tenant);
    }, 120_000);
    afterAll(() => world?.close());

    /** Runs the command as the desktop's user, with that user's keychain. */
    const command = (name: string, ...args: string[]): string => {
      const { programs } = world.desktop;
      const program = `file://${join(checkout, 'out/main/riscura.js')}`;
      const data = ['--data', world.stage.dataFolder];
      const code = `process.argv.splice(1, 0, 'riscura'); const program = process.argv.splice(2, 1)[0];
      import(program).catch((problem) => { console.error(problem); process.exit(3); });`;
      return programs.runNode(code, [program, name, ...args, ...data]);
    };

    test('verifies the installation and a tenant while the console runs', () => {
      expect(command('verify-audit', '--installation')).toContain('OK. Every event is as it was signed.');
      const tenant = command('verify-audit', '--tenant', STORY.tenant.domain);
      expect(tenant).toMatch(/Chain +tenant:/);
      expect(tenant).toContain('OK. Every event is as it was signed.');
      expect(() => command('verify-audit', '--tenant', 'nobody.example')).toThrow(
        'There is no tenant nobody.example',
      );
    });

    test('reaches the console that runs, which answers as any other', () => {
      expect(command('status')).toMatch(/State +ready/);
      expect(() => command('tenants', 'list')).toThrow('You are not signed in');
    });
  },
);
