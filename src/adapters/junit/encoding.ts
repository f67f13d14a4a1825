/** An encoding declaration stands within these. */
export const DECLARATION_BYTES = 256;

/** Turns the bytes of one file into text, piece by piece. Throws a `TypeError` on bytes that the encoding does not have. */
export type Decode = (chunk: Uint8Array, last: boolean) => string;

/**
 * Chooses the decoder as XML 1.0 appendix F does: byte order mark, then the shape of the first bytes, then the declared
 * name. Undefined when the declared encoding is not known.
 *
 * A file that declares UTF-16 but is plainly not in it is read as UTF-8: .NET's StringWriter makes such files.
 */
export function decoderFor(bytes: Uint8Array): { decode: Decode } | { unknown: string } {
  const [a, b] = bytes;
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return { decode: textDecode('utf-16be') };
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return { decode: textDecode('utf-16le') };
  const declared = declaredEncoding(bytes);
  if (a === 0xef || declared === undefined || declared.startsWith('utf-16')) return { decode: textDecode('utf-8') };
  // The WHATWG decoder of this name is windows-1252, which gives other characters for 0x80 to 0x9f.
  if (LATIN1.includes(declared))
    return { decode: (chunk) => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1') };
  try {
    return { decode: textDecode(declared) };
  } catch {
    return { unknown: declared };
  }
}

const LATIN1 = ['iso-8859-1', 'iso8859-1', 'iso_8859-1', 'latin1', 'l1'];

function textDecode(label: string): Decode {
  const decoder = new TextDecoder(label, { fatal: true });
  return (chunk, last) => decoder.decode(chunk, { stream: !last });
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, DECLARATION_BYTES)).toString('latin1');
  const found = /^\s*<\?xml\s[^>]*?encoding\s*=\s*(?:"([\w.:-]+)"|'([\w.:-]+)')/.exec(head);
  return (found?.[1] ?? found?.[2])?.toLowerCase();
}
