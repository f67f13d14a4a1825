/**
 * One neutraliser per place where text is shown. They take one line of hostile text and return a line that the place
 * can only show. The change is visible (`#_#vso[`), so that a reader sees that the text was altered.
 *
 * The Azure agent runs `##vso[…]` found anywhere in a line, and counts `##[group]` anywhere in a line
 * (azure-pipelines-agent: Command.cs, Logging.cs). The GitHub runner runs `::command::` at the start of a trimmed line
 * and the older `##[command]` anywhere (actions/runner: ActionCommand.cs).
 */
import { clean, isPlain, splitLines } from './text.ts';

declare const safe: unique symbol;

/** A line that went through a neutraliser or a command serialiser. Nothing else may be printed. */
export type SafeLine = string & { readonly [safe]: true };

/** What may stand between the characters of a marker and still be skipped by some culture-sensitive comparison. */
const GAP = String.raw`[\s\p{M}\p{C}]*`;
/** `vso` with or without its bracket (the agent warns about the bare keyword), `##[…`, and other servers' `##name[`. */
const HASH_MARKER = new RegExp(`#${GAP}#(?=${GAP}(?:\\w{0,32}${GAP}\\[|v${GAP}s${GAP}o))`, 'giu');
const LEADING_COLONS = new RegExp(`^(${GAP}):(?=${GAP}:)`, 'u');

function defuseHashes(line: string): string {
  return line.includes('#') ? line.replace(HASH_MARKER, '#_#') : line;
}

function defuseColons(line: string): string {
  return line.replace(LEADING_COLONS, '$1:_');
}

/** More than one line was given: joined by a space, because a neutraliser returns exactly one line. */
function singleLine(text: string): string {
  return isPlain(text) ? text : splitLines(text).map(clean).join(' ');
}

export function neutraliseForAzure(line: string): SafeLine {
  return defuseHashes(singleLine(line)) as SafeLine;
}

export function neutraliseForGitHub(line: string): SafeLine {
  return defuseColons(defuseHashes(singleLine(line))) as SafeLine;
}

/** As strict as both pipelines: the command line program often runs inside a script step of one of them. */
export function neutraliseForTerminal(line: string): SafeLine {
  return neutraliseForGitHub(line);
}

/**
 * Text for the flow of a Markdown document: no markup, link, image, HTML, mention, formula or table cell can come out
 * of it. `@` and `$` get an element of their own and bare addresses are split by one, because those are looked for in
 * text where a backslash no longer shows.
 */
export function escapeMarkdown(text: string): string {
  return singleLine(text)
    .trim()
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/[@$]/g, '<span>$&</span>')
    .replace(/(?:https?|ftp|mailto|xmpp)(?=:)|www(?=\.)/gi, '$&<span></span>')
    .replace(/^[-+=#:]/, '\\$&')
    .replace(/^(\d{1,9})([.)])/, '$1\\$2');
}

/** A value in a code span where that is certain to hold, else as escaped text. Code spans keep digests copyable. */
export function markdownCode(value: string): string {
  const line = singleLine(value).trim();
  return line === '' || /[`|\\]/.test(line) ? escapeMarkdown(line) : `\`${line}\``;
}

/** A fenced block that none of its lines can close. */
export function markdownFence(lines: readonly string[]): string {
  const body = lines.flatMap(splitLines).map(clean);
  const longest = Math.max(
    2,
    ...body.map((line) => Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length))),
  );
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...body, fence].join('\n');
}
