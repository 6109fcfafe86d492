import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSystemClock } from '../../../src/adapters/system';
import type { AnswerEvent } from '../../../src/contract';
import { startTestEngine } from '../../support/engine';
import { at, openTestWindow } from '../../support/engine/client';
import { folderUntil } from '../../support/engine/folders';
import { createOperator, createTenant, signInAdministrator } from '../../support/engine/world';

const MOUNT_MIB = 24;

/** A small volume of the test's own, or why there is none. */
function mountVolume(folder: string): string | null {
  if (process.platform !== 'linux') return 'a small volume is mounted on Linux only';
  if (process.getuid?.() !== 0) return 'only root can mount a small volume';
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${MOUNT_MIB}m`, 'tmpfs', folder], { stdio: 'ignore' });
    return null;
  } catch {
    return 'this system does not let a small volume be mounted';
  }
}

describe('a volume that runs full', () => {
  it('turns what is on it read-only, says so, loses nothing that was accepted, and heals', async (context) => {
    const parent = await folderUntil(context.onTestFinished);
    const folder = join(parent, 'volume');
    mkdirSync(folder);
    const obstacle = mountVolume(folder);
    if (obstacle) return context.skip(obstacle);
    context.onTestFinished(() => void execFileSync('umount', ['-l', folder]));

    const clock = createSystemClock();
    const rings: (() => void)[] = [];
    const test = startTestEngine(folder, {
      // The store looks for room when the clock rings; here it rings when the test says so.
      clock: {
        ...clock,
        every(_milliseconds, callback) {
          rings.push(callback);
          return () => void rings.splice(rings.indexOf(callback), 1);
        },
      },
    });
    context.onTestFinished(() => test.engine.close());
    const { client } = openTestWindow(test.engine);
    await createOperator(client);
    const id = await createTenant(client);
    const { client: member } = openTestWindow(test.engine);
    await signInAdministrator(member);
    for await (const _ of await member.tenant.assistant.ask({ content: 'Before it is full' }, at(id)));
    const before = await member.tenant.assistant.conversations({}, at(id));
    await client.installation.tenants.list({});
    const conversation = before.conversations[0]?.id ?? '';
    await member.tenant.assistant.read({ id: conversation }, at(id));

    // A model that answers while the volume runs full.
    const filled = Promise.withResolvers<void>();
    const answering = Promise.withResolvers<void>();
    test.runtime.script = async function* () {
      yield { type: 'text', text: 'Half of it.' };
      answering.resolve();
      await filled.promise;
      yield { type: 'text', text: ' The rest.' };
    };
    const events: AnswerEvent[] = [];
    const answer = (async () => {
      for await (const event of await member.tenant.assistant.ask({ content: 'While it fills' }, at(id))) {
        events.push(event);
      }
    })();
    const end = answer.then(
      () => null,
      (problem: unknown) => problem,
    );
    await answering.promise;
    const room = () => statfsSync(folder).bavail * statfsSync(folder).bsize;
    await writeFile(join(folder, 'ballast'), Buffer.alloc(room())).catch(() => undefined);
    for (let size = 65_536; size >= 4_096; size /= 2) {
      await writeFile(join(folder, `ballast-${size}`), Buffer.alloc(Math.min(size, room()))).catch(
        () => undefined,
      );
    }
    filled.resolve();
    const problem = await end;
    expect(problem).toMatchObject({ code: 'READ_ONLY' });
    await expect(
      member.tenant.assistant.rename({ id: conversation, title: 'Renamed' }, at(id)),
    ).rejects.toMatchObject({ code: 'READ_ONLY' });
    await expect(createTenant(client, { domain: 'second.example' })).rejects.toMatchObject({
      code: 'READ_ONLY',
    });
    const listed = await client.installation.tenants.list({});
    expect(listed.tenants[0]).toMatchObject({ id, health: 'read-only' });
    // What was seen a moment ago can be read on.
    const read = await member.tenant.assistant.read({ id: conversation }, at(id));
    expect(read.messages.map(({ text }) => text)).toEqual(['Before it is full', 'An answer.']);

    for (const name of [
      'ballast',
      'ballast-65536',
      'ballast-32768',
      'ballast-16384',
      'ballast-8192',
      'ballast-4096',
    ]) {
      await rm(join(folder, name), { force: true });
    }
    for (const ring of [...rings]) ring();
    test.runtime.script = async function* () {
      yield { type: 'text', text: 'There is room.' };
    };
    const healed = async () => {
      const { tenants } = await client.installation.tenants.list({});
      return tenants[0]?.health;
    };
    await expect.poll(healed).toBe('healthy');
    const usage = async () => {
      const { events: metered } = await member.tenant.usage.list(
        { from: 0, to: Number.MAX_SAFE_INTEGER },
        at(id),
      );
      return metered.map(({ outcome }) => outcome);
    };
    await expect.poll(usage).toEqual(['interrupted', 'answered']);
    for await (const _ of await member.tenant.assistant.ask({ content: 'After it healed' }, at(id)));
    expect(await usage()).toEqual(['answered', 'interrupted', 'answered']);
  });
});
