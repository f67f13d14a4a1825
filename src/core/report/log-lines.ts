import { markCut } from './cut.ts';
import type { LineStream } from './key-blocks.ts';
import { type SafeBlock, type SafeLine, findMarker } from './neutralise.ts';
import type { Redactor } from './redact.ts';
import { Suspects } from './suspects.ts';
import { clean, findLongLine, findNotPlain, oneLine, splitLines, truncate, wrap } from './text.ts';

/** A longer line is data, not a message; the log of the pipeline shows its start. */
const MAX_RELAYED_BYTES = 16 * 1024;
/** What is looked at for secrets before cutting, so that a secret at the cut is not shown by half. */
const MAX_SCANNED_CHARS = 4 * MAX_RELAYED_BYTES;
const MAX_PREFIX_CHARS = 60;
const WRAP_CHARS = 900;

/** Where lines go when they are neutral. */
export type Shown = { line(text: SafeLine): void; block(text: SafeBlock): void };

/** Turns what is said or relayed during the run into lines without secrets; they must still be neutralised. */
export type LogLines = {
  say(text: string): readonly string[];
  /** Each line begins with its source, so that nobody takes it for the gate's own words. */
  relay(source: string, text: string): readonly string[];
  /** The same for many lines in order, neutralised. Those in which nothing has to be done go together. */
  relayAll(source: string, lines: readonly string[], neutralise: (line: string) => SafeLine, shown: Shown): void;
};

export function makeLogLines(redactor: Redactor): LogLines {
  type Source = { prefix: string; between: string; redact: LineStream };
  /** Of each step between a line that came and one that is shown; `relay` is all of these steps. */
  const finders = [findNotPlain, findLongLine(WRAP_CHARS), findMarker, ...redactor.finders];
  const sources = new Map<string, Source>();

  const sourceOf = (name: string): Source => {
    const known = sources.get(name);
    if (known !== undefined) return known;
    const prefix = `${redactor.line(oneLine(name)).slice(0, MAX_PREFIX_CHARS)} | `;
    // As a replacement, where a dollar means something.
    const between = `\n${prefix.replaceAll('$', '$$$$')}`;
    const created = { prefix, between, redact: redactor.stream() };
    sources.set(name, created);
    return created;
  };

  const relay: LogLines['relay'] = (source, text) => {
    const { prefix, redact } = sourceOf(source);
    // Of a terminal (`tty: true`), or of Windows: not an empty line of its own.
    const withoutReturn = text.endsWith('\r') ? text.slice(0, -1) : text;
    return splitLines(withoutReturn).flatMap((line) => {
      const isLong = line.length > MAX_SCANNED_CHARS;
      const shown = redact.line(isLong ? markCut(clean(line.slice(0, MAX_SCANNED_CHARS))) : clean(line));
      const whole = isLong ? `${shown} (${line.length} characters in all)` : shown;
      return wrap(truncate(whole, MAX_RELAYED_BYTES), WRAP_CHARS).map((part) => prefix + part);
    });
  };

  const relayAll: LogLines['relayAll'] = (source, lines, neutralise, shown) => {
    if (lines.length === 0) return;
    const { prefix, between, redact } = sourceOf(source);
    const text = lines.join('\n');
    const suspects = new Suspects(text, finders);
    // No marker goes on over the "|" of the prefix, so what is neutral in two parts is neutral together.
    const mayBlock = neutralise(prefix) === prefix;
    let start = 0;
    let at = 0;
    const showCalm = (): void => {
      if (start < at) shown.block(`${prefix}${text.slice(start, at - 1).replace(/\n/g, between)}\n` as SafeBlock);
    };
    for (const line of lines) {
      const end = at + line.length;
      if (!mayBlock || !redact.isAtRest() || suspects.next(at) < end) {
        showCalm();
        for (const part of relay(source, line)) shown.line(neutralise(part));
        start = end + 1;
      }
      at = end + 1;
    }
    showCalm();
  };

  return {
    relay,
    relayAll,
    say: (text) => splitLines(redactor.text(text)).flatMap((line) => wrap(redactor.line(clean(line)), WRAP_CHARS)),
  };
}
