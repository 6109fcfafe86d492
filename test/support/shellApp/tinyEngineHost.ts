import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { RPCHandler } from '@orpc/server/message-port';
import { connectCustodian, type ParentPort } from '../../../src/adapters/custodianLink';
import { tinyRouter } from './tinyRouter';

/** A file of this name in the data folder makes the engine die as soon as it starts. */
const CRASH = 'tiny-crash';

/** The engine writes this file when it was given the time to close. */
const CLOSED = 'tiny-closed';

const { parentPort } = process as unknown as { parentPort: ParentPort };
const folder = process.env.RISCURA_DATA ?? '';
if (existsSync(join(folder, CRASH))) process.exit(9);

const custodian = connectCustodian(parentPort);
custodian.onShutdown(async () => {
  await wait(300);
  writeFileSync(join(folder, CLOSED), '');
});
custodian.onWindow((window) => {
  new RPCHandler(tinyRouter(custodian, window, folder)).upgrade(window.port);
  window.port.start();
});
