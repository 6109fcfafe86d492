import { writeSync } from 'node:fs';
import { openServerKeystore } from '../../../src/adapters/keystore';

/* Counts in a sealed file until it is killed, and tells each number once it is kept. */
const [, , dataFolder = '', passphrase = ''] = process.argv;
const keystore = await openServerKeystore({ dataFolder, passphrase: async () => Buffer.from(passphrase) });
for (let count = 1; ; count += 1) {
  await keystore.writeSecret({ kind: 'provider', providerId: 'counter' }, String(count));
  writeSync(1, `${count}\n`);
}
