/** How programs print the bytes of a text. */

/**
 * As numbers, a list of bytes looks like any other list of small numbers: ages, temperatures, percentages. Ten digits of
 * chance in a row is what is left of that at this length.
 */
const MIN_NUMBERS = 8;
/** Between the bytes of longer texts nothing is expected: nobody reads them, and these spellings are up to five times as long. */
const MAX_SPREAD_BYTES = 1_024;
/** Node cuts there (`buffer.INSPECT_MAX_BYTES`). */
const INSPECTED_BYTES = 50;

/**
 * In hexadecimal: by itself (xxd -p, Go's `%x`, bytea of PostgreSQL), with spaces (Node's `<Buffer …>`, Go's `% x`), colons
 * (openssl), dashes (.NET's BitConverter), as escapes of a source text (Python's bytes, bash) or of a URI, as Go's `%#v`. As numbers:
 * Go's `%v`, which is how a Secret read with client-go is printed, JSON of a Node buffer, lists of Python and Java.
 */
export function byteForms(bytes: readonly number[]): string[] {
  const lower = bytes.map((byte) => byte.toString(16).padStart(2, '0'));
  const upper = lower.map((byte) => byte.toUpperCase());
  const forms = [lower.join(''), upper.join('')];
  if (bytes.length > INSPECTED_BYTES) forms.push(lower.slice(0, INSPECTED_BYTES).join(' '));
  if (bytes.length > MAX_SPREAD_BYTES) return forms;
  forms.push(lower.join(' '), lower.join(':'), upper.join(':'), upper.join('-'));
  forms.push(`\\x${lower.join('\\x')}`, `%${upper.join('%')}`, `0x${lower.join(', 0x')}`);
  if (bytes.length < MIN_NUMBERS || isRow(bytes)) return forms;
  return [...forms, bytes.join(' '), bytes.join(','), bytes.join(', ')];
}

/** `12345678` or `aaaaaaaa`: their numbers are a count of something. */
function isRow(bytes: readonly number[]): boolean {
  const [first = 0, second = 0] = bytes;
  return bytes.every((byte, i) => byte === first + i * (second - first));
}
