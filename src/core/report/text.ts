/** Plain-text hygiene for hostile strings. Nothing here knows a platform; see neutralise.ts for those. */
import { type Finder, finderOf } from './suspects.ts';

/**
 * Live consoles cut lines at 1024 characters (Azure agent, JobServerQueue), so lines stay below that with room for
 * a prefix and for the characters that defusing adds.
 */
export const MAX_LINE_CHARS = 1000;

/** Whatever any of our readers may take for the end of a line: .NET ReadLine, terminals, Markdown, JSON viewers. */
const LINE_END = /\r\n|[\n\r\u0085\u2028\u2029]/;

/** CSI, then strings with a terminator (OSC, DCS, SOS, PM, APC), then all shorter escapes (ECMA-48, 7- and 8-bit). */
const ESCAPES =
  // eslint-disable-next-line no-control-regex -- the point of this pattern
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]/g;

/**
 * Control and format characters. `Default_Ignorable_Code_Point` matters beyond looks: the Azure agent and the GitHub
 * runner search for their markers with culture-sensitive comparison, which skips ignorable characters.
 */
const INVISIBLE = /[^\P{Cc}\t]|\p{Cf}|\p{Default_Ignorable_Code_Point}|[\u2028\u2029]/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
/** ASCII and some blocks of common letters, punctuation, arrows and box drawing, all free of what `clean` looks for. */
const PLAIN = String.raw`\t\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u0391-\u0481\u2010-\u2027\u2030-\u205e\u2190-\u23ff\u2500-\u27bf\u3041-\u3096\u4e00-\u9fff\uac00-\ud7a3`;
const NOT_PLAIN = new RegExp(`[^${PLAIN}]`);

/** Where a line of a text is not plain; a line feed is the end of one. */
export const findNotPlain: Finder = finderOf(new RegExp(`[^\\n${PLAIN}]`, 'g'));

/** True for most log lines: nothing to split, remove or escape. Keeps the common case cheap. */
export function isPlain(text: string): boolean {
  return !NOT_PLAIN.test(text);
}

/** True when `clean` would take something out of a line of the text, whose ends do not count. */
export function mayHide(text: string): boolean {
  return !isPlain(text) && /[^\P{Cc}\t\n\r]|\p{Cf}|\p{Default_Ignorable_Code_Point}/u.test(text);
}

/** Splits at every kind of line end; the text without any is one line. */
export function splitLines(text: string): string[] {
  return isPlain(text) ? [text] : text.split(LINE_END);
}

/** Removes escape sequences, control, zero-width and bidirectional characters; tabs stay. */
export function clean(line: string): string {
  if (isPlain(line)) return line;
  return line.replace(ESCAPES, '').replace(INVISIBLE, '').replace(LONE_SURROGATE, '\ufffd');
}

/** The text as one clean line, for headlines, titles and table cells. */
export function oneLine(text: string): string {
  return splitLines(text)
    .map((line) => clean(line).trim())
    .filter((line) => line !== '')
    .join(' ');
}

/** First line that says something. */
export function firstLine(text: string): string {
  return (
    splitLines(text)
      .map((line) => clean(line).trim())
      .find((line) => line !== '') ?? ''
  );
}

/** Length in UTF-8 bytes; a lone surrogate counts as its replacement character (3 bytes). */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}

/**
 * The text, or as much of its start as fits into `maxBytes` of UTF-8 together with a note that says how much was cut.
 * A budget too small for the note gives the note alone.
 */
export function truncate(text: string, maxBytes: number): string {
  // A UTF-16 unit is at most 3 bytes of UTF-8, so most texts need no counting.
  if (text.length * 3 <= maxBytes) return text;
  const total = utf8Length(text);
  if (total <= maxBytes) return text;
  const note = ` … (cut; ${total} bytes in all)`;
  const room = maxBytes - utf8Length(note);
  let bytes = 0;
  let end = 0;
  for (const point of text) {
    bytes += utf8Length(point);
    if (bytes > room) break;
    end += point.length;
  }
  return text.slice(0, end) + note;
}

/** Where a line begins that is longer. */
export function findLongLine(maxChars: number): Finder {
  return (text, from) => {
    let start = from;
    while (start + maxChars < text.length) {
      const end = text.lastIndexOf('\n', start + maxChars);
      if (end < start) return start;
      start = end + 1;
    }
    return -1;
  };
}

/** Hard-wraps one line at `maxChars` UTF-16 units, never inside a surrogate pair. An empty line stays one line. */
export function wrap(line: string, maxChars: number = MAX_LINE_CHARS): string[] {
  if (line.length <= maxChars) return [line];
  const parts: string[] = [];
  let start = 0;
  while (start < line.length) {
    let end = start + maxChars;
    if (end < line.length && isHighSurrogate(line.charCodeAt(end - 1))) end--;
    parts.push(line.slice(start, end));
    start = end;
  }
  return parts;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
