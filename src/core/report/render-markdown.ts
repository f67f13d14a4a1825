import { type SafeText, escapeMarkdown, markdownCode, markdownFence } from './neutralise.ts';
import type { Block, Section, SectionId } from './section.ts';
import { truncate, utf8Length } from './text.ts';

/** GitHub drops a step summary over 1 MiB as a whole (actions/runner, FileCommandManager); the rest is its own text. */
export const SUMMARY_MAX_BYTES = 900 * 1024;

/**
 * GitHub-flavoured Markdown for job summaries, at most `maxBytes` of UTF-8. When it does not fit, it is shortened step by
 * step, from what is least missed, and says so at the top; the full material is in the files of the report.
 */
export function renderMarkdown(
  sections: readonly Section[],
  headline: string,
  maxBytes: number = SUMMARY_MAX_BYTES,
): SafeText {
  return fitted(sections, headline, maxBytes) as SafeText;
}

function fitted(sections: readonly Section[], headline: string, maxBytes: number): string {
  const whole = document(sections, headline, undefined);
  if (utf8Length(whole) <= maxBytes) return whole;
  let shorter = sections;
  const cuts: string[] = [];
  for (const { what, apply } of DEGRADE) {
    const next = apply(shorter);
    if (next.length === shorter.length && next.every((section, i) => section === shorter[i])) continue;
    shorter = next;
    cuts.push(what);
    const text = document(shorter, headline, cuts);
    if (utf8Length(text) <= maxBytes) return text;
  }
  return truncate(`${escapeMarkdown(headline)}\n\n${cutNote(['all sections'])}`, maxBytes);
}

/** In the order in which they are applied, each on top of those before. */
const DEGRADE: readonly { what: string; apply(sections: readonly Section[]): readonly Section[] }[] = [
  { what: 'logs to their last 50 lines', apply: (all) => eachBlock(all, lastLines(50)) },
  { what: 'logs to their last 10 lines', apply: (all) => eachBlock(all, lastLines(10)) },
  { what: 'the timeline', apply: (all) => without(all, 'timeline') },
  { what: 'the logs', apply: (all) => without(all, 'log') },
  { what: 'failed tests to the first 5', apply: (all) => eachBlock(all, fewTests) },
  { what: 'other findings', apply: (all) => without(all, 'others') },
  { what: 'the settlement', apply: (all) => without(all, 'settlement') },
  { what: 'the failed tests', apply: (all) => without(all, 'tests') },
  { what: 'what was seen', apply: (all) => without(all, 'seen') },
];

/** A section without a changed block stays the same object. */
function eachBlock(sections: readonly Section[], change: (block: Block) => Block): readonly Section[] {
  return sections.map((section) => {
    const blocks = section.blocks.map(change);
    return blocks.some((block, i) => block !== section.blocks[i]) ? { ...section, blocks } : section;
  });
}

function lastLines(keep: number): (block: Block) => Block {
  return (block) =>
    block.kind === 'code' && block.lines.length > keep
      ? { ...block, lines: block.lines.slice(-keep), cut: block.cut + block.lines.length - keep }
      : block;
}

function without(sections: readonly Section[], id: SectionId): readonly Section[] {
  return sections.filter((section) => section.id !== id);
}

function fewTests(block: Block): Block {
  if (block.kind !== 'tests' || block.tests.length <= 5) return block;
  return { ...block, tests: block.tests.slice(0, 5), more: block.more + block.tests.length - 5 };
}

function document(sections: readonly Section[], headline: string, cuts: readonly string[] | undefined): string {
  return `${[
    ...(cuts === undefined ? [] : [cutNote(cuts)]),
    ...sections.map(sectionMarkdown),
    '---',
    `**${escapeMarkdown(headline)}**`,
  ].join('\n\n')}\n`;
}

function cutNote(cuts: readonly string[]): string {
  return `> This summary was too long for its place. Shortened or left out: ${cuts.join(', ')}. Everything is in the files of the run.`;
}

function sectionMarkdown({ id, heading, folded, blocks }: Section): string {
  const body = blocks.map(blockMarkdown).join('\n\n');
  if (folded) return `<details><summary>${escapeMarkdown(heading)}</summary>\n\n${body}\n\n</details>`;
  return `${id === 'verdict' ? '##' : '###'} ${escapeMarkdown(heading)}${body === '' ? '' : `\n\n${body}`}`;
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return escapeMarkdown(block.text);
    case 'facts':
      return table(
        ['', ''],
        block.facts.map(({ label, value, code }) => [
          `**${escapeMarkdown(label)}**`,
          code === true ? markdownCode(value) : escapeMarkdown(value),
        ]),
      );
    case 'list': {
      const items = block.items
        .map((item, i) => `${block.ordered ? `${i + 1}.` : '-'} ${escapeMarkdown(item)}`)
        .join('\n');
      return block.title === undefined ? items : `**${escapeMarkdown(block.title)}**\n\n${items}`;
    }
    case 'table':
      return table(
        block.columns.map(escapeMarkdown),
        block.rows.map((row) => row.map(escapeMarkdown)),
      );
    case 'code':
      return (block.cut > 0 ? `${block.cut} earlier lines left out.\n\n` : '') + markdownFence(block.lines);
    case 'tests': {
      const rows = block.tests.map(({ outcome, name, message }) => [
        outcome,
        escapeMarkdown(name),
        escapeMarkdown(message),
      ]);
      return (
        table(['Outcome', 'Test', 'Message'], rows) +
        (block.more > 0 ? `\n\nand ${block.more} more, see junit.xml` : '')
      );
    }
  }
}

/** Cells must be escaped already. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '--')), ...rows.map(line)].join('\n');
}
