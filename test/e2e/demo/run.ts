/**
 * Plays the guided demonstration and prints each step with its result.
 *   RISCURA_OUT      where the pictures go
 *   RISCURA_NETWORK  `none` when the caller has taken the network away
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { startDesktop } from '../../support/desktop';
import { openStage } from '../support/stage';
import { DEMONSTRATION, play } from './play';
import { STORY } from './story';

const pictures = resolve(process.env.RISCURA_OUT ?? 'out/demo');
const started = performance.now();

process.exitCode = await demonstrate();

async function demonstrate(): Promise<number> {
  makeRoomForPictures();
  if (process.env.RISCURA_NETWORK === 'none' && hasWayOut()) {
    console.error('The network should have been taken away, but there is an interface beside loopback.');
    return 1;
  }
  const desktop = await startDesktop();
  try {
    const stage = await openStage(desktop, { dataFolder: desktop.makeFolder('data') });
    try {
      await play(stage, STORY, { pictures, onStep: report });
    } catch (error) {
      explain(error, stage.log());
      return 1;
    } finally {
      await stage.close();
    }
  } finally {
    await desktop.stop();
  }
  const place = hasWayOut() ? 'with the network as it is' : 'in a network namespace without a way out';
  console.log(
    `\nAll ${DEMONSTRATION.length} steps passed in ${seconds(performance.now() - started)}, ${place}.`,
  );
  return 0;
}

function report({ title }: { title: string }, number: number, milliseconds: number, failure: unknown): void {
  const mark = failure === null ? '✓' : '✗';
  console.log(`${mark} ${String(number).padStart(2)}  ${title}  (${seconds(milliseconds)})`);
}

function explain(error: unknown, log: string): void {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  console.error(`\n${cause instanceof Error ? cause.message : String(cause)}`);
  const complaints = log.split('\n').filter((line) => /"level":"(error|warn)"/.test(line));
  if (complaints.length > 0) console.error(`\nWhat the console wrote:\n${complaints.slice(-20).join('\n')}`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function hasWayOut(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal));
}

function makeRoomForPictures(): void {
  mkdirSync(pictures, { recursive: true });
  for (const name of readdirSync(pictures)) if (/^\d\d-.*\.png$/.test(name)) rmSync(join(pictures, name));
}
