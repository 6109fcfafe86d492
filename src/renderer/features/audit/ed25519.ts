/*
 * The check of an Ed25519 signature as RFC 8032 (5.1.3 and 5.1.7) has it, over WebCrypto's SHA-512. Chromium's own
 * WebCrypto has no Ed25519 in the version this window runs in. Only public values pass here, so nothing depends on time.
 */

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint];

const mod = (value: bigint): bigint => ((value % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

const invert = (value: bigint): bigint => power(value, P - 2n);
const D = mod(-121665n * invert(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
const NEUTRAL: Point = [0n, 1n, 1n, 0n];

function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * t2 * D);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function multiply(point: Point, scalar: bigint): Point {
  let result = NEUTRAL;
  let double = point;
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = add(result, double);
    double = add(double, double);
  }
  return result;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) + BigInt(byte), 0n);
}

/** @returns `null` when the bytes are no point of the curve */
function decode(bytes: Uint8Array): Point | null {
  const value = littleEndian(bytes);
  const y = value & (2n ** 255n - 1n);
  if (y >= P) return null;
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) === mod(-u)) x = mod(x * ROOT_OF_MINUS_ONE);
  if (mod(v * x * x) !== u) return null;
  const sign = value >> 255n;
  if (x === 0n && sign === 1n) return null;
  if ((x & 1n) !== sign) x = mod(-x);
  return [x, y, 1n, mod(x * y)];
}

const BASE_Y = mod(4n * invert(5n));
const BASE = decode(bytesOf(BASE_Y)) as Point;

function bytesOf(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
}

/**
 * @param publicKey 32 bytes
 * @param signature 64 bytes
 */
export async function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = decode(publicKey);
  const commitment = decode(signature.subarray(0, 32));
  const scalar = littleEndian(signature.subarray(32));
  if (!key || !commitment || scalar >= ORDER) return false;
  const hashed = Uint8Array.from([...signature.subarray(0, 32), ...publicKey, ...message]);
  const challenge = littleEndian(new Uint8Array(await crypto.subtle.digest('SHA-512', hashed))) % ORDER;
  const [x1, y1, z1] = multiply(BASE, scalar);
  const [x2, y2, z2] = add(commitment, multiply(key, challenge));
  return mod(x1 * z2) === mod(x2 * z1) && mod(y1 * z2) === mod(y2 * z1);
}
