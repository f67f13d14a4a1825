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
  if (LATIN1.includes(declared)) return { decode: latin1 };
  // Node's decoder of that name gives those of ISO-8859-1 since 20.18.3 and 22.13 (nodejs/node issues 56542, 60888).
  if (WINDOWS_1252.includes(declared))
    return {
      decode: (chunk) => latin1(chunk).replace(/[\u0080-\u009f]/g, (char) => C1[char.charCodeAt(0) - 0x80] ?? char),
    };
  try {
    return { decode: textDecode(declared) };
  } catch {
    return { unknown: declared };
  }
}

const LATIN1 = ['iso-8859-1', 'iso8859-1', 'iso_8859-1', 'latin1', 'l1'];

const WINDOWS_1252 = ['windows-1252', 'cp1252', 'x-cp1252'];
/** 0x80 to 0x9f (encoding.spec.whatwg.org, index windows-1252); five of them are no characters and stay as they are. */
const C1 = [...'€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'];

function latin1(chunk: Uint8Array): string {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
}

function textDecode(label: string): Decode {
  const decoder = new TextDecoder(label, { fatal: true });
  return (chunk, last) => decoder.decode(chunk, { stream: !last });
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, DECLARATION_BYTES)).toString('latin1');
  const found = /^\s*<\?xml\s[^>]*?encoding\s*=\s*(?:"([\w.:-]+)"|'([\w.:-]+)')/.exec(head);
  return (found?.[1] ?? found?.[2])?.toLowerCase();
}
