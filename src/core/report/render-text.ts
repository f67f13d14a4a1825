import type { Block, Fact, Section } from './section.ts';
import { clean, splitLines, wrap } from './text.ts';

/** What a log shows, still without the syntax of any platform. Lines are hostile until neutralised. */
export type TextEvent =
  | { kind: 'heading'; text: string }
  | { kind: 'group-start'; title: string }
  | { kind: 'line'; text: string }
  | { kind: 'group-end' };

/** Room for the indent, below what consoles cut. */
const WRAP_CHARS = 960;
const INDENT = '  ';
/** A longer cell of a table moves what follows it. */
const MAX_CELL_CHARS = 64;

/** Folded sections become groups; groups are never nested (the Azure log cannot show that). */
export function renderText(sections: readonly Section[]): readonly TextEvent[] {
  return sections.flatMap((section): readonly TextEvent[] => {
    const body = section.blocks.flatMap(blockLines).flatMap((line) => {
      const depth = /^ */.exec(line)?.[0].length ?? 0;
      const parts = wrap(line, WRAP_CHARS);
      return parts.map((part, i): TextEvent => ({
        kind: 'line',
        text: INDENT + (i === 0 ? part : ' '.repeat(depth + 2) + part),
      }));
    });
    return section.folded
      ? [{ kind: 'group-start', title: section.heading }, ...body, { kind: 'group-end' }]
      : [{ kind: 'heading', text: section.heading }, ...body, { kind: 'line', text: '' }];
  });
}

function blockLines(block: Block): readonly string[] {
  switch (block.kind) {
    case 'paragraph':
      return oneByOne(block.text);
    case 'facts':
      return factLines(block.facts);
    case 'list':
      return [
        ...(block.title === undefined ? [] : [`${block.title}:`]),
        ...block.items.map(
          (item, i) => `${block.title === undefined ? '' : '  '}${block.ordered ? `${i + 1}.` : '-'} ${item}`,
        ),
      ];
    case 'table':
      return tableLines(block.rows);
    case 'code':
      return [
        ...(block.cut > 0 ? [`(${block.cut} earlier lines left out)`] : []),
        ...block.lines.flatMap(oneByOne).map((line) => `| ${line}`),
      ];
    case 'tests':
      return [
        ...block.tests.flatMap(({ outcome, name, message }) => [
          `${outcome.toUpperCase()} ${name}`,
          ...(message === '' ? [] : [`    ${message}`]),
        ]),
        ...(block.more > 0 ? [`and ${block.more} more, see junit.xml`] : []),
      ];
  }
}

function factLines(facts: readonly Fact[]): readonly string[] {
  const width = Math.min(24, Math.max(0, ...facts.map(({ label }) => label.length)));
  return facts.map(({ label, value }) => `${`${label}:`.padEnd(width + 1)} ${value}`);
}

function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.min(MAX_CELL_CHARS, Math.max(...rows.map((row) => row[column]?.length ?? 0))),
  );
  return rows.map((row) =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  '),
  );
}

function oneByOne(text: string): readonly string[] {
  return splitLines(text).map(clean);
}
