import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';

const NONCE_BYTES = 32;
const PROOF_BYTES = 32;

/**
 * Both sides prove that they know the one-time secret, without sending it: whoever squats on the socket's name
 * learns nothing, and whoever finds the socket cannot use it.
 *
 *   engine → host    nonce A
 *   host → engine    nonce B, HMAC-SHA256(secret, "host" ‖ A ‖ B)
 *   engine → host    HMAC-SHA256(secret, "engine" ‖ A ‖ B)
 */
function proof(secret: string, side: 'host' | 'engine', a: Buffer, b: Buffer): Buffer {
  return createHmac('sha256', secret).update(side).update(a).update(b).digest();
}

/**
 * The engine's side.
 * @param timeoutMs how long the host may take
 * @throws Error when the other side does not know the secret, closes, or takes too long
 */
export async function proveAsEngine(socket: Duplex, secret: string, timeoutMs: number): Promise<void> {
  const a = randomBytes(NONCE_BYTES);
  socket.write(a);
  const answer = await readExactly(socket, NONCE_BYTES + PROOF_BYTES, timeoutMs);
  const b = answer.subarray(0, NONCE_BYTES);
  if (!timingSafeEqual(answer.subarray(NONCE_BYTES), proof(secret, 'host', a, b))) {
    throw new Error('the host does not know the secret');
  }
  socket.write(proof(secret, 'engine', a, b));
}

/**
 * The host's side.
 * @param timeoutMs how long the engine may take for each of its two messages
 * @throws Error when the other side does not know the secret, closes, or takes too long
 */
export async function proveAsHost(socket: Duplex, secret: string, timeoutMs: number): Promise<void> {
  const a = await readExactly(socket, NONCE_BYTES, timeoutMs);
  const b = randomBytes(NONCE_BYTES);
  socket.write(Buffer.concat([b, proof(secret, 'host', a, b)]));
  const answer = await readExactly(socket, PROOF_BYTES, timeoutMs);
  if (!timingSafeEqual(answer, proof(secret, 'engine', a, b))) {
    throw new Error('the caller does not know the secret');
  }
}

function readExactly(socket: Duplex, count: number, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(new Error('no proof in time')), timeoutMs);
    timer.unref();
    const finish = (outcome: Error | Buffer): void => {
      clearTimeout(timer);
      socket.off('readable', attempt);
      socket.off('end', onEnd);
      socket.off('close', onEnd);
      socket.off('error', finish);
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    const onEnd = (): void => finish(new Error('closed before the proof'));
    const attempt = (): void => {
      const bytes: Buffer | null = socket.read(count);
      if (bytes === null) return;
      if (bytes.length < count) onEnd();
      else finish(bytes);
    };
    socket.on('readable', attempt);
    socket.on('end', onEnd);
    socket.on('close', onEnd);
    socket.on('error', finish);
    attempt();
  });
}
