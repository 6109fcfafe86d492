/** Crockford's Base32 (crockford.com/base32): no letters that are taken for digits, upper case, typed by people. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** @returns five bits a letter, the last one filled up with zeros */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
  }
  return bits === 0 ? text : text + ALPHABET[(held << (5 - bits)) & 31];
}

/** Takes lower case too, and O, I and L for the digits they look like. @returns `null` when a letter is none of the alphabet */
export function decodeBase32(text: string): Uint8Array | null {
  const typed = text.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const bytes = new Uint8Array(Math.floor((typed.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const letter of typed) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) return null;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = (held >> bits) & 255;
    at += 1;
  }
  return bytes;
}
