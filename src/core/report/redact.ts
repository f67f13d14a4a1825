/** Replaces secrets by `***` in all that is printed or stored: values that we know, and shapes that we recognise. */
import { encodedForms } from './secret-forms.ts';
import { type SecretShape, SHAPES, SHAPE_HINT } from './secret-shapes.ts';

export const MASK = '***';
/**
 * Shorter values are not replaced: they would blank innocent text. The Azure agent caps its own minimum at the same
 * length (HostContext, MinSecretLength).
 */
export const MIN_SECRET_CHARS = 6;
/** A private key has about 50 lines; a block that goes on longer is not one, and must not swallow a log. */
const MAX_KEY_LINES = 120;

export type RedactionKind = 'known' | 'private-key' | SecretShape['kind'];

declare const redacted: unique symbol;

/** Plain data whose strings a redactor has read. Only that may be stored. */
export type Redacted<T> = T & { readonly [redacted]: true };

export type Redactor = {
  /** Adds a value; each line of it that is long enough counts as a secret of its own, also encoded. */
  add(secret: string): void;
  /** One line that stands alone. */
  line(text: string): string;
  /** A text of many lines; line ends stay as they are. */
  text(text: string): string;
  /** For the lines of one source in order: remembers an open private key block between calls. */
  stream(): (line: string) => string;
  /**
   * A copy of plain data with every string redacted; lists of strings are read as the lines of one text. What can only be
   * gone through is redacted while that is done.
   */
  data<T>(value: T): Redacted<T>;
  /** How often each kind was replaced so far. */
  counts(): Readonly<Partial<Record<RedactionKind, number>>>;
};

export function makeRedactor(secrets: readonly string[]): Redactor {
  const known = new Set<string>();
  const counts: Partial<Record<RedactionKind, number>> = {};
  let pattern: RegExp | undefined;

  const count = (kind: RedactionKind): void => {
    counts[kind] = (counts[kind] ?? 0) + 1;
  };

  const add = (secret: string): void => {
    for (const value of secretLines(secret)) for (const form of encodedForms(value)) known.add(form);
    if (known.size === 0) return;
    // Longest first, so that a value is not left half visible by one that is contained in it.
    const sorted = [...known].sort((a, b) => b.length - a.length);
    pattern = new RegExp(sorted.map(escapeRegExp).join('|'), 'g');
  };

  const line = (text: string): string => {
    let out = text;
    if (pattern !== undefined) {
      out = out.replace(pattern, () => {
        count('known');
        return MASK;
      });
    }
    if (!SHAPE_HINT.test(out)) return out;
    for (const shape of SHAPES) {
      out = out.replace(shape.pattern, (...match: unknown[]) => {
        const [whole, before] = match;
        const kept = shape.keepsFirstGroup && typeof before === 'string' ? before : '';
        if (whole === kept + MASK) return kept + MASK;
        count(shape.kind);
        return kept + MASK;
      });
    }
    return out;
  };

  const stream = (): ((text: string) => string) => {
    let keyLinesLeft = 0;
    return (text) => {
      if (keyLinesLeft > 0) {
        const end = KEY_END.exec(text);
        if (end !== null) {
          keyLinesLeft = 0;
          return MASK + line(text.slice(end.index + end[0].length));
        }
        if (KEY_BODY.test(text)) {
          keyLinesLeft -= 1;
          return MASK;
        }
        keyLinesLeft = 0;
      }
      const begin = text.includes(KEY_HINT) ? KEY_BEGIN.exec(text) : null;
      if (begin === null) return line(text);
      count('private-key');
      const rest = text.slice(begin.index + begin[0].length);
      const end = KEY_END.exec(rest);
      if (end === null) keyLinesLeft = MAX_KEY_LINES;
      const after = end === null ? '' : rest.slice(end.index + end[0].length);
      return line(text.slice(0, begin.index)) + MASK + line(after);
    };
  };

  const text = (value: string): string => {
    const suspicious =
      (pattern !== undefined && value.search(pattern) >= 0) || SHAPE_HINT.test(value) || value.includes(KEY_HINT);
    return suspicious ? value.split('\n').map(stream()).join('\n') : value;
  };

  /** What has no secret in it is returned itself, not copied: a report may hold hundreds of thousands of test cases. */
  function data<T>(value: T): Redacted<T>;
  function data(value: unknown): unknown {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const list: readonly unknown[] = value;
      const each = stream();
      const out = list.map((item) => (typeof item === 'string' ? each(item) : data(item)));
      return out.some((item, i) => item !== list[i]) ? out : list;
    }
    if (isSequence(value)) return redactedSequence(value, data);
    let changed = false;
    const entries = Object.entries(value).map(([key, item]: [string, unknown]): [string, unknown] => {
      const out = data(item);
      changed ||= out !== item;
      return [key, out];
    });
    return changed ? Object.fromEntries(entries) : value;
  }

  for (const secret of secrets) add(secret);
  return {
    add,
    line: (value) => stream()(value),
    text,
    stream,
    data,
    counts: () => ({ ...counts }),
  };
}

type Sequence = Iterable<unknown> & { readonly length: number };

function isSequence(value: object): value is Sequence {
  return Symbol.iterator in value && 'length' in value;
}

function redactedSequence(items: Sequence, data: (item: unknown) => unknown): Sequence {
  return {
    length: items.length,
    *[Symbol.iterator]() {
      for (const item of items) yield data(item);
    },
  };
}

/** The lines of a secret that are worth hiding; the frame lines of a PEM file are not. For `Host.mask` as well. */
export function secretLines(secret: string): string[] {
  const lines = secret.split(/\r\n|\n|\r/).map((part) => part.trim());
  return [...new Set(lines)].filter(
    (part) => part.length >= MIN_SECRET_CHARS && !/^-----(?:BEGIN|END) [A-Z ]+-----$/.test(part),
  );
}

const KEY_HINT = '-----BEGIN ';
const KEY_BEGIN = /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/;
const KEY_END = /-----END (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----/;
/** Full lines of base64, also behind a log prefix such as a time; a short last line; headers of old keys; empty lines. */
const KEY_BODY =
  /^(?:.{0,60}\s)?["']?[A-Za-z0-9+/]{40,200}={0,2}["',\\]{0,3}\s*$|^\s*[A-Za-z0-9+/]{0,76}={0,2}\s*$|^\s*(?:Proc-Type|DEK-Info|Comment|Version): /;

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
