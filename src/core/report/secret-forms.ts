/** The spellings in which a known secret turns up in logs. */
import { byteForms } from './byte-forms.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Below this a base64 piece is too short to be told from other text. */
const MIN_FORM_CHARS = 6;

const NORMALS = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const;

/** The same characters, composed or taken apart by whoever wrote them down: a file system, a database, a browser. */
export function normalForms(value: string): string[] {
  return NORMALS.map((form) => value.normalize(form));
}

/**
 * The value itself, encoded for JSON, XML and URIs, its bytes, and base64, also as it looks inside a longer base64 text (for example
 * `user:password` of a basic authorization header), and base64 of all that, as a Secret holds such a header.
 */
export function encodedForms(value: string): string[] {
  const bytes = utf8Bytes(value);
  const { alone, inside } = base64Forms(bytes);
  const base64 = [...alone, ...inside];
  const twice = [
    ...alone.flatMap((text) => base64Forms(utf8Bytes(text)).alone),
    ...inside.flatMap((text) => base64Forms(utf8Bytes(text)).inside),
  ];
  const json = JSON.stringify(value).slice(1, -1);
  const percent = percentEncoded(value);
  const strict = percent.replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [
    value,
    json,
    // As Go writes JSON for browsers (encoding/json HTMLEscape), and Python (json.dumps); JSON as a string in JSON.
    json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
    json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    JSON.stringify(json).slice(1, -1),
    // In a source text or in Python's repr.
    value.replace(/\\/g, '\\\\'),
    xmlEncoded(value, '&quot;'),
    // As Go writes it (encoding/xml, html).
    xmlEncoded(value, '&#34;'),
    percent,
    // RFC 3986 reserves more than encodeURIComponent; forms write a space as a plus.
    strict,
    strict.replace(/%20/g, '+'),
    strict.replace(/%[\dA-F]{2}/g, (byte) => byte.toLowerCase()),
    ...byteForms(bytes),
    ...base64,
    ...base64.map((text) => text.replace(/\+/g, '-').replace(/\//g, '_')),
    ...twice,
  ];
  return [...new Set(forms)].filter((form) => form.length >= MIN_FORM_CHARS);
}

/** As a text of its own, and as it looks inside a longer one, where it can start at any of three positions. */
function base64Forms(bytes: readonly number[]): { alone: readonly string[]; inside: readonly string[] } {
  const [whole = '', behindOne = '', behindTwo = ''] = [0, 1, 2].map((offset) =>
    toBase64([...new Array<number>(offset).fill(0), ...bytes]),
  );
  // Characters that also carry bits of the neighbours before and after differ from text to text; drop them.
  const end = (offset: number): number => Math.floor(((offset + bytes.length) * 8) / 6);
  return {
    alone: [padded(whole), whole],
    inside: [whole.slice(0, end(0)), behindOne.slice(2, end(1)), behindTwo.slice(3, end(2))],
  };
}

function padded(base64: string): string {
  return base64 + '='.repeat((4 - (base64.length % 4)) % 4);
}

function toBase64(bytes: readonly number[]): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] ?? 0;
    const b = bytes[i + 1];
    const c = bytes[i + 2];
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const chars = [bits >> 18, bits >> 12, bits >> 6, bits].map((shifted) => ALPHABET.charAt(shifted & 63));
    out += chars.slice(0, c !== undefined ? 4 : b !== undefined ? 3 : 2).join('');
  }
  return out;
}

function utf8Bytes(text: string): number[] {
  const bytes: number[] = [];
  for (const point of text) {
    const code = point.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}

/** encodeURIComponent, for lone surrogates too (it throws on them). */
function percentEncoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
}

function xmlEncoded(text: string, quote: '&quot;' | '&#34;'): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': quote,
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}
