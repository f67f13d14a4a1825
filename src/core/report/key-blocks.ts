/** Private keys over several lines of a log, also when their beginning or their end was cut off. */
import { type Finder, mayHold } from './suspects.ts';
import { clean } from './text.ts';

/** A private key has about 50 lines; a block that goes on longer is not one, and must not swallow a log. */
const MAX_KEY_LINES = 120;

const ESCAPE = '\u001b';
const HINT = '-----BEGIN ';
const BEGIN = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/;
const END = /-----END (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/;
const PUBLIC_BEGIN =
  /-----BEGIN (?:CERTIFICATE|TRUSTED CERTIFICATE|CERTIFICATE REQUEST|PUBLIC KEY|RSA PUBLIC KEY|X509 CRL)-----/;
const PUBLIC_END = /-----END [A-Z0-9 ]{1,40}-----/;
/** Full lines of base64, also behind a log prefix such as a time; a short last line; headers of old keys; empty lines. */
const BODY =
  /^(?:.{0,60}\s)?["']?[A-Za-z0-9+/]{40,200}={0,2}["',\\]{0,3}\s*$|^\s*[A-Za-z0-9+/]{0,76}={0,2}\s*$|^\s*(?:Proc-Type|DEK-Info|Comment|Version): /;
/**
 * One full line of a PEM file by itself: 64 characters (RFC 7468), or 70 as OpenSSH writes. The beginning of its block may
 * have been cut off. A digest in hexadecimal has no capitals among its letters.
 */
const LONE_BODY =
  /^(?:.{0,60}\s)?["']?(?=[A-Za-z+/]{0,70}\d)(?=[A-Z0-9+/]{0,70}[a-z])(?=[a-z0-9+/]{0,70}[A-Z])(?:[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{70})["',\\]{0,3}\s*$/;

const LAST_BODY = /^(?:.{0,60}\s)?[A-Za-z0-9+/]{2,68}={1,2}\s*$/;

/** What stands around a line of the block as around its first line: the prefix of any logger, JSON, quotes of a source text. */
type Frame = { before: number; after: string };
const FULL = /^[A-Za-z0-9+/]{40,200}(?![A-Za-z0-9+/])/;
const SHORT = /^[A-Za-z0-9+/]{0,76}={0,2}$/;
const HEADER = /^(?:Proc-Type|DEK-Info|Comment|Version): /;

function isInFrame(text: string, { before, after }: Frame): boolean {
  const inner = text.slice(before);
  if (FULL.test(inner) || HEADER.test(inner)) return true;
  return before < text.length && inner.endsWith(after) && SHORT.test(inner.slice(0, inner.length - after.length));
}

/** The shortest line of base64 that is taken for one of a key without its block. */
const BODY_CHARS = 64;
const BASE64 = new Uint8Array(128);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') BASE64[char.charCodeAt(0)] = 1;

/** Without one of these a line changes nothing where no block is open. */
export const KEY_HINTS: readonly Finder[] = [(text, from) => text.indexOf(HINT, from), findLongBase64];

export function mayHoldKey(text: string): boolean {
  return mayHold(text, KEY_HINTS);
}

function isBase64(text: string, at: number): boolean {
  return BASE64[text.charCodeAt(at)] === 1;
}

/** A run of that length holds one character in so many, so only these are looked at, and what is around them. */
function findLongBase64(text: string, from: number): number {
  for (let at = from + BODY_CHARS - 1; at < text.length; at += BODY_CHARS) {
    if (!isBase64(text, at)) continue;
    let start = at;
    while (start > from && isBase64(text, start - 1)) start -= 1;
    while (at < text.length && isBase64(text, at)) at += 1;
    if (at - start >= BODY_CHARS) return start;
  }
  return -1;
}

/** The lines of one source, in order. */
export type LineStream = {
  /** The next line, as it may be shown. */
  line(text: string): string;
  /** Whether what came before has no bearing on the next line. */
  isAtRest(): boolean;
};

/**
 * The lines of one source in order, with keys replaced by `mask` and all else handed to `line`. `onKey` gets what tells one
 * key from another.
 */
export function keyBlocks(line: (text: string) => string, mask: string, onKey: (key: string) => void): LineStream {
  let linesLeft = 0;
  let frame: Frame = { before: 0, after: '' };
  let inPublic = 0;
  let isNew = false;
  let afterLone = false;
  const tell = (body: string): void => {
    if (isNew && body.trim() !== '') {
      isNew = false;
      onKey(body.trim().slice(-40));
    }
  };
  const isAtRest = (): boolean => linesLeft === 0 && inPublic === 0 && !afterLone;
  const next = (raw: string): string => {
    // Colours stand around the lines of what a test runner shows.
    const text = raw.includes(ESCAPE) ? clean(raw) : raw;
    if (linesLeft > 0) {
      const end = END.exec(text);
      if (end !== null) {
        tell(text.slice(0, end.index) || 'an empty block');
        linesLeft = 0;
        const inRaw = END.exec(raw) ?? end;
        return mask + line(inRaw.input.slice(inRaw.index + inRaw[0].length));
      }
      if (BODY.test(text) || isInFrame(text, frame)) {
        linesLeft -= 1;
        tell(text);
        return mask;
      }
      tell('a block without lines');
      linesLeft = 0;
    }
    const seen = text.includes(HINT) ? BEGIN.exec(text) : null;
    // What stands beside the block goes on as it came: an escape may hide the beginning of a value that is known.
    const found = (raw === text ? null : BEGIN.exec(raw)) ?? seen;
    if (found !== null) {
      isNew = true;
      const before = found.input.slice(0, found.index);
      const rest = found.input.slice(found.index + found[0].length);
      const end = END.exec(rest);
      if (end === null) {
        linesLeft = MAX_KEY_LINES;
        const [from, to] = seen === null ? [0, text.length] : [seen.index, seen.index + seen[0].length];
        frame = { before: from, after: text.slice(to) };
      }
      tell(end === null ? rest : rest.slice(0, end.index));
      const after = end === null ? '' : rest.slice(end.index + end[0].length);
      return line(before) + mask + line(after);
    }
    if (PUBLIC_BEGIN.test(text)) inPublic = MAX_KEY_LINES;
    else if (PUBLIC_END.test(text)) inPublic = 0;
    else if (inPublic > 0) inPublic -= 1;
    if (inPublic === 0 && (LONE_BODY.test(text) || (afterLone && LAST_BODY.test(text)))) {
      isNew = !afterLone;
      afterLone = true;
      tell(text);
      return mask;
    }
    afterLone = false;
    return line(raw);
  };
  const changesNothing = (raw: string): boolean => isAtRest() && !raw.includes(ESCAPE) && !mayHoldKey(raw);
  return { line: (raw) => (changesNothing(raw) ? line(raw) : next(raw)), isAtRest };
}
