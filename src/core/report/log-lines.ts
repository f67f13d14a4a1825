import { markCut } from './cut.ts';
import type { Redactor } from './redact.ts';
import { clean, oneLine, splitLines, truncate, wrap } from './text.ts';

/** A longer line is data, not a message; the log of the pipeline shows its start. */
const MAX_RELAYED_BYTES = 16 * 1024;
/** What is looked at for secrets before cutting, so that a secret at the cut is not shown by half. */
const MAX_SCANNED_CHARS = 4 * MAX_RELAYED_BYTES;
const MAX_PREFIX_CHARS = 60;
const WRAP_CHARS = 900;

/** Turns what is said or relayed during the run into lines without secrets; they must still be neutralised. */
export type LogLines = {
  say(text: string): readonly string[];
  /** Each line begins with its source, so that nobody takes it for the gate's own words. */
  relay(source: string, text: string): readonly string[];
};

export function makeLogLines(redactor: Redactor): LogLines {
  type Source = { prefix: string; redact: (line: string) => string };
  const sources = new Map<string, Source>();

  const sourceOf = (name: string): Source => {
    const known = sources.get(name);
    if (known !== undefined) return known;
    const prefix = `${redactor.line(oneLine(name)).slice(0, MAX_PREFIX_CHARS)} | `;
    const created = { prefix, redact: redactor.stream() };
    sources.set(name, created);
    return created;
  };

  return {
    say: (text) => splitLines(redactor.text(text)).flatMap((line) => wrap(redactor.line(clean(line)), WRAP_CHARS)),
    relay: (source, text) => {
      const { prefix, redact } = sourceOf(source);
      return splitLines(text).flatMap((line) => {
        const isLong = line.length > MAX_SCANNED_CHARS;
        const shown = redact(isLong ? markCut(clean(line.slice(0, MAX_SCANNED_CHARS))) : clean(line));
        const whole = isLong ? `${shown} (${line.length} characters in all)` : shown;
        return wrap(truncate(whole, MAX_RELAYED_BYTES), WRAP_CHARS).map((part) => prefix + part);
      });
    },
  };
}
