import type { Socket } from 'node:net';
import { BerReader } from 'ldapts';
import { DirectoryError } from '../../engine/ports';

/** An ExtendedRequest for StartTLS with the message id 1 (RFC 4511 4.12, 4.14.1), in BER. */
const REQUEST = Buffer.concat([
  Buffer.from('301d02010177188016', 'hex'),
  Buffer.from('1.3.6.1.4.1.1466.20037', 'ascii'),
]);
const EXTENDED_RESPONSE = 0x78;
const LONGEST_ANSWER = 8 * 1024;

/**
 * Asks the server to go on over TLS. Done here and not by the library, whose parser would keep what a stranger on
 * the line adds to this one plain answer and read it later as if it had come over TLS (as in CVE-2011-0411).
 * @throws DirectoryError `no-tls` when it does not agree, `protocol` when anything follows its answer
 */
export async function agreeOnTls(socket: Socket, timeoutMs: number): Promise<void> {
  const answer = await ask(socket, timeoutMs);
  const code = resultOf(answer);
  if (code !== 0) throw new DirectoryError('no-tls', new Error(`the directory answered ${code}`));
}

function ask(socket: Socket, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const timer = setTimeout(() => finish(new DirectoryError('unavailable')), timeoutMs);
    const finish = (outcome: DirectoryError | Buffer) => {
      clearTimeout(timer);
      socket.off('data', take);
      socket.off('error', fail);
      socket.off('close', fail);
      socket.pause();
      if (outcome instanceof DirectoryError) reject(outcome);
      else resolve(outcome);
    };
    const fail = (error?: unknown) => finish(new DirectoryError('unavailable', error));
    const take = (data: Buffer) => {
      received = Buffer.concat([received, data]);
      const length = lengthOf(received);
      if (received.length > LONGEST_ANSWER || (length !== null && received.length > length)) {
        finish(new DirectoryError('protocol', new Error('more than one answer came before TLS')));
      } else if (length !== null && received.length === length) finish(received);
    };
    socket.on('data', take);
    socket.on('error', fail);
    socket.on('close', fail);
    socket.write(REQUEST);
  });
}

/** The length of the first BER element with its head, or `null` while its head is not whole. */
function lengthOf(bytes: Buffer): number | null {
  const first = bytes[1];
  if (first === undefined) return null;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > 4) return 0;
  if (bytes.length < 2 + count) return null;
  return 2 + count + bytes.readUIntBE(2, count);
}

function resultOf(answer: Buffer): number {
  try {
    const reader = new BerReader(answer);
    reader.readSequence();
    if (reader.readInt() !== 1 || reader.readSequence() !== EXTENDED_RESPONSE)
      throw new Error('not an answer');
    const code = reader.readEnumeration();
    if (code === null) throw new Error('no result');
    return code;
  } catch (cause) {
    throw new DirectoryError('protocol', cause);
  }
}
