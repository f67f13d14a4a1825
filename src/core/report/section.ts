import type { TestOutcome } from '../model/results.ts';
import { oneLine, truncate } from './text.ts';

/**
 * One piece of the report without the syntax of any platform. Strings may be hostile and of one line, unless a block
 * says otherwise; the renderers neutralise them.
 */
export type Section = {
  id: SectionId;
  heading: string;
  /** Long material: shown as a collapsed group where the platform has one. */
  folded: boolean;
  blocks: readonly Block[];
};

/** In the order of the report. Renderers use it to decide what to shorten first. */
export const SECTION_IDS = [
  'verdict',
  'playbook',
  'seen',
  'tests',
  'shards',
  'attachments',
  'control',
  'others',
  'guardrails',
  'admission',
  'timeline',
  'logs',
  'log',
  'secrets',
  'settlement',
  'files',
] as const;
export type SectionId = (typeof SECTION_IDS)[number];

export type Block =
  | { kind: 'paragraph'; text: string }
  | { kind: 'facts'; facts: readonly Fact[] }
  | { kind: 'list'; title?: string; ordered: boolean; items: readonly string[] }
  | { kind: 'table'; columns: readonly string[]; rows: readonly (readonly string[])[] }
  /** Lines as they were written; `cut` is how many were left out before the first. */
  | { kind: 'code'; lines: readonly string[]; cut: number }
  | { kind: 'tests'; tests: readonly TestShown[]; more: number };

/** `code` marks a value that people copy: names, images, digests. */
export type Fact = { label: string; value: string; code?: boolean };

export type TestShown = { outcome: TestOutcome; name: string; message: string };

export const MAX_VALUE_BYTES = 2_048;
const MAX_LABEL_BYTES = 200;

/** A fact as it is collected: left out when the value is unknown or empty. */
export type KnownFact = readonly [label: string, value: string | undefined, code?: boolean];

/** The facts that are known, each one line and within its budget. */
export function knownFacts(facts: readonly KnownFact[]): readonly Fact[] {
  return facts.flatMap(([label, value, code = false]) => {
    const text = truncate(oneLine(value ?? ''), MAX_VALUE_BYTES);
    return text === ''
      ? []
      : [{ label: truncate(oneLine(label), MAX_LABEL_BYTES), value: text, ...(code ? { code } : {}) }];
  });
}

export function paragraph(text: string): Block {
  return { kind: 'paragraph', text };
}
