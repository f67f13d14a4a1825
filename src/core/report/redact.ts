/** Replaces secrets by `***` in all that is printed or stored: values that we know, and shapes that we recognise. */
import { CUT_MARK } from './cut.ts';
import { withoutHalfSecret } from './half-secrets.ts';
import { MIN_SECRET_CHARS, isPlainWord } from './plain-words.ts';
import { encodedForms, normalForms } from './secret-forms.ts';
import { KEY_HINTS, type LineStream, keyBlocks, mayHoldKey } from './key-blocks.ts';
import { KnownValues } from './known-values.ts';
import type { RedactionKind, Redactions } from './redactions.ts';
import { SHAPES, SHAPE_HINTS, mayHoldShape } from './secret-shapes.ts';
import type { Finder } from './suspects.ts';
import { clean, mayHide } from './text.ts';

export const MASK = '***';
/** Different values of one kind that are told apart; more only say that there are many. */
const MAX_TOLD_APART = 1_000;

declare const redacted: unique symbol;

/** Plain data whose strings a redactor has read. Only that may be stored. */
export type Redacted<T> = T & { readonly [redacted]: true };

export type Redactor = {
  /**
   * Adds a value; each line of it that is long enough is replaced, also encoded, and counts as a secret of its own, or
   * all as the one that `countedAs` names.
   */
  add(secret: string, kind?: 'known' | 'kubernetes-secret', countedAs?: string): void;
  /** One line that stands alone. */
  line(text: string): string;
  /** A text of many lines; line ends stay as they are. */
  text(text: string): string;
  /** For the lines of one source in order: remembers an open private key block between calls. */
  stream(): LineStream;
  /** Where a line may not be what a stream at rest makes of it, provided that the line is plain. */
  finders: readonly Finder[];
  /**
   * A copy of plain data with every string redacted; lists of strings are read as the lines of one text. What can only be
   * gone through is redacted while that is done.
   */
  data<T>(value: T): Redacted<T>;
  /** How many different values of each kind were replaced so far. */
  counts(): Redactions;
};

export function makeRedactor(secrets: readonly string[]): Redactor {
  const known = new KnownValues<{ kind: RedactionKind; value: string }>();
  const seen = new Map<RedactionKind, Set<string>>();

  const count = (kind: RedactionKind, value: string): void => {
    const values = seen.get(kind) ?? new Set();
    seen.set(kind, values);
    if (values.size < MAX_TOLD_APART) values.add(value);
  };

  const add: Redactor['add'] = (secret, kind = 'known', countedAs) => {
    for (const value of secretLines(secret)) {
      const meaning = { kind, value: countedAs ?? value };
      const normal = normalForms(value).filter((form) => form !== value && !isPlainWord(form));
      // A line may have been cleaned before it comes here.
      for (const written of new Set([value, clean(value), ...normal])) {
        for (const form of encodedForms(written)) known.add(form, meaning);
      }
    }
  };

  /** A sink takes escapes and invisible characters out of a line; a value that they cut into pieces would be whole then. */
  const line = (text: string): string => {
    const visible = clean(text);
    if (visible === text) return visibleLine(text);
    const out = visibleLine(visible);
    if (out !== visible) return out;
    const raw = visibleLine(text);
    // A mask may have taken the beginning of an escape away, and what that hid of a value stands there now.
    return raw === text ? text : line(raw);
  };

  const visibleLine = (text: string): string => {
    if (!text.includes(CUT_MARK)) return whole(text);
    const parts = text.split(CUT_MARK).map(whole);
    return parts.map((part, i) => (i === parts.length - 1 ? part : beforeCut(part))).join(CUT_MARK);
  };

  const beforeCut = (text: string): string => {
    const half = known.halfAtEnd(text);
    if (half === undefined) return withoutHalfSecret(text, MASK);
    count(half.meaning.kind, half.meaning.value);
    return text.slice(0, half.at) + MASK;
  };

  const whole = (text: string): string => {
    let out = known.replace(text, ({ kind, value }) => {
      count(kind, value);
      return MASK;
    });
    if (!mayHoldShape(out)) return out;
    for (const shape of SHAPES) {
      out = out.replace(shape.pattern, (...match: unknown[]) => {
        const [found, before] = match;
        const kept = shape.keepsFirstGroup && typeof before === 'string' ? before : '';
        if (typeof found !== 'string' || found === kept + MASK) return kept + MASK;
        count(shape.kind, found.slice(kept.length));
        return kept + MASK;
      });
    }
    return out;
  };

  const stream = (): LineStream =>
    keyBlocks(line, MASK, (key) => {
      count('private-key', key);
    });

  const text = (value: string): string => {
    const suspicious =
      known.has(value) || mayHoldShape(value) || mayHoldKey(value) || mayHide(value) || value.includes(CUT_MARK);
    return suspicious ? value.split('\n').map(stream().line).join('\n') : value;
  };

  /** What has no secret in it is returned itself, not copied: a report may hold hundreds of thousands of test cases. */
  function data<T>(value: T): Redacted<T>;
  function data(value: unknown): unknown {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const list: readonly unknown[] = value;
      const each = stream();
      const out = list.map((item) => (typeof item === 'string' ? each.line(item) : data(item)));
      return out.some((item, i) => item !== list[i]) ? out : list;
    }
    if (isSequence(value)) return redactedSequence(value, data);
    const items: readonly unknown[] = Object.values(value);
    let outs: unknown[] | undefined;
    for (let i = 0; i < items.length; i += 1) {
      const out = data(items[i]);
      if (out === items[i]) continue;
      outs ??= [...items];
      outs[i] = out;
    }
    return outs === undefined ? value : Object.fromEntries(Object.keys(value).map((key, i) => [key, outs[i]]));
  }

  for (const secret of secrets) add(secret);
  return {
    add,
    line: (value) => stream().line(value),
    text,
    stream,
    finders: [
      (value, from) => known.next(value, from),
      (value, from) => value.indexOf(CUT_MARK, from),
      ...SHAPE_HINTS,
      ...KEY_HINTS,
    ],
    data,
    counts: () => Object.fromEntries([...seen].map(([kind, values]) => [kind, values.size])),
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
