import { MIN_KNOWN_CHARS } from './known-values.ts';
import { SECRET_NAMES } from './secret-shapes.ts';

/** A quoted value whose closing quote was cut off, of what is a secret by its name. Bare values need no end to be found. */
const OPEN_QUOTE = new RegExp(
  String.raw`((?:${SECRET_NAMES})\\?["']?\s{0,2}[=:]\s{0,2}\\?)(?:"[^"]{0,8000}|'[^']{0,8000})$`,
  'i',
);
/** `https://user:pass`, before the `@` that would tell a password from a port. */
const OPEN_URL = /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,256}:)[^\s/@]{1,512}$/i;
/** The longest shape (`SHAPES`); what runs on for longer is no token. */
const MAX_TOKEN_CHARS = 16_384;
/** What tokens, keys and base64 are made of: every shape without a name and quotes around it (`SHAPES`). */
const TOKEN_CHAR = /[\w.~+/=%-]/;

/**
 * The text without what may be the first part of a secret by its shape, as it stands before a cut. A word that is too
 * short to be of use stays.
 */
export function withoutHalfSecret(text: string, mask: string): string {
  const named = text.replace(OPEN_QUOTE, `$1${mask}`).replace(OPEN_URL, `$1${mask}`);
  if (named !== text) return named;
  const first = Math.max(0, text.length - MAX_TOKEN_CHARS);
  let start = text.length;
  while (start > first && TOKEN_CHAR.test(text.charAt(start - 1))) start -= 1;
  return text.length - start < MIN_KNOWN_CHARS ? text : text.slice(0, start);
}
