import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RPCHandler } from '@orpc/server/message-port';
import { connectCustodian, type ParentPort } from '../../../src/adapters/custodianLink';
import { tinyRouter } from './tinyRouter';

/** A file of this name in the data folder makes the engine die as soon as it starts. */
const CRASH = 'tiny-crash';

const { parentPort } = process as unknown as { parentPort: ParentPort };
if (existsSync(join(process.env.RISCURA_DATA ?? '', CRASH))) process.exit(9);

const custodian = connectCustodian(parentPort);
custodian.onWindow((window) => {
  new RPCHandler(tinyRouter(custodian, window)).upgrade(window.port);
  window.port.start();
});
