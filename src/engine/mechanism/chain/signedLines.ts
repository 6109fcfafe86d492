/** What is signed: lines of UTF-8, each ended by LF. */
export function lines(...parts: readonly (string | number)[]): Buffer {
  return Buffer.from(parts.map((part) => `${part}\n`).join(''), 'utf8');
}
