const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map([...ALPHABET].map((char, value) => [char, value]));

/** The bytes of a base64 text (RFC 4648 §4, as `data` of a Secret has it); undefined when it is none. */
export function base64Bytes(text: string): readonly number[] | undefined {
  const chars = text.replace(/\s|=+\s*$/g, '');
  if (/[^A-Za-z0-9+/]/.test(chars) || chars.length % 4 === 1) return undefined;
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const char of chars) {
    bits = ((bits << 6) | (VALUES.get(char) ?? 0)) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 255);
  }
  return bytes;
}

/** Undefined when the bytes are no UTF-8, or hold a NUL, as only binary data does. */
export function utf8Text(bytes: readonly number[]): string | undefined {
  try {
    const text = decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
