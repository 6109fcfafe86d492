import { connectCustodian, forkedParentPort } from '../adapters/custodianLink';
import { lockFolder } from '../adapters/folderLock';
import { composeEngine } from './compose';

/*
 * The engine host: the process in which the engine lives, Electron's utility process in the console and a forked Node in
 * the headless server. The custodian that started it is the only one it knows at first; windows come through it.
 */

/** An engine whose custodian was killed may still be closing its databases. */
const PATIENCE_MS = 10_000;

const custodian = connectCustodian(process.parentPort ?? forkedParentPort(process));
// How hosts are shut in is the first thing that the custodian tells.
await new Promise((resolve) => custodian.hosts.onStates(resolve));
const lock = await lockFolder(process.env.RISCURA_DATA ?? '.', 'engine', { patienceMs: PATIENCE_MS });
if (!lock) throw new Error('another engine works on this data folder');
await composeEngine(custodian);
