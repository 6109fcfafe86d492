import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

/** A host that tells whoever asks what it can reach. */
const { RISCURA_HOST_SOCKET: socketPath, RISCURA_HOST_SECRET: secret } = process.env;
if (!socketPath || !secret) process.exit(2);

createServer({ allowHalfOpen: true }, (socket) => {
  socket.once('data', async (bytes: Buffer) => {
    const [verb, ...words] = bytes.toString('utf8').trim().split(' ');
    if (verb === 'die') process.exit(7);
    socket.end(JSON.stringify(await tryTo(verb ?? '', words)));
  });
}).listen(socketPath);

/** What came of it, as `ok` with a value or the code of the error. */
async function tryTo(verb: string, [what = '', more = '']: string[]): Promise<unknown> {
  try {
    switch (verb) {
      case 'environment':
        return { ok: Object.keys(process.env).sort() };
      case 'list':
        return { ok: readdirSync(what) };
      case 'read':
        return { ok: readFileSync(what).length };
      case 'write':
        writeFileSync(what, 'x');
        return { ok: true };
      case 'interfaces':
        return { ok: Object.keys(networkInterfaces()) };
      case 'connect':
        return { ok: await connects(what, Number(more)) };
      default:
        return { ok: verb };
    }
  } catch (error) {
    return { code: error instanceof Error && 'code' in error ? error.code : String(error) };
  }
}

function connects(host: string, port: number): Promise<true> {
  return new Promise((resolve, reject) => {
    const socket = port ? connect(port, host) : connect(host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', reject);
  });
}
