/**
 * One neutraliser per place where text is shown. They take one line of hostile text and return a line that the place
 * can only show. The change is visible (`#_#vso[`), so that a reader sees that the text was altered.
 *
 * The Azure agent runs `##vso[…]` found anywhere in a line, and counts `##[group]` anywhere in a line
 * (azure-pipelines-agent: Command.cs, Logging.cs). The GitHub runner runs `::command::` at the start of a trimmed line
 * and the older `##[command]` anywhere (actions/runner: ActionCommand.cs).
 */
import { type Finder, finderOf } from './suspects.ts';
import { clean, isPlain, splitLines } from './text.ts';

/**
 * Text that anybody may have written: a cluster, a container, a test, a registry. Every string of the product counts as
 * untrusted; being safe is the exception, and only that has a type of its own. (A brand on the untrusted side would be lost
 * in the first template literal; a brand on the safe side has to be earned at the sink, whatever happened before.)
 */
export type Untrusted = string;

declare const safe: unique symbol;
declare const block: unique symbol;
declare const stored: unique symbol;

/** A line that went through a neutraliser or a command serialiser. Nothing else may be printed. */
export type SafeLine = string & { readonly [safe]: true };

/** Many such lines in one text, each with its line end. */
export type SafeBlock = string & { readonly [block]: true };

/** The content of a file. Nothing else may be stored: a later step may print the file, and an agent reads that too. */
export type SafeText = string & { readonly [stored]: true };

/** What may stand between the characters of a marker and still be skipped by some culture-sensitive comparison. */
const GAP = String.raw`[\s\p{M}\p{C}\p{Default_Ignorable_Code_Point}]*`;
/** `vso` with or without its bracket (the agent warns about the bare keyword), `##[…`, and other servers' `##name[`. */
const HASH_MARKER = new RegExp(`#${GAP}#(?=${GAP}(?:\\w{0,32}${GAP}\\[|v${GAP}s${GAP}o))`, 'giu');
const LEADING_COLONS = new RegExp(`^(${GAP}):(?=${GAP}:)`, 'u');

const findHashes = finderOf(new RegExp(`#${GAP}#`, 'gu'));

/** Where a line may hold a marker, besides those at its beginning. */
export const findMarker: Finder = (text, from) => (text.includes('#', from) ? findHashes(text, from) : -1);

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

export function neutraliseForAzure(line: Untrusted): SafeLine {
  return defuseHashes(singleLine(line)) as SafeLine;
}

export function neutraliseForGitHub(line: Untrusted): SafeLine {
  return defuseColons(defuseHashes(singleLine(line))) as SafeLine;
}

/** As strict as both pipelines: the command line program often runs inside a script step of one of them. */
export function neutraliseForTerminal(line: Untrusted): SafeLine {
  return neutraliseForGitHub(line);
}

/** For formats that escape on their own (XML): a text of many lines, none of which starts a command when it is printed. */
export function defuseLines(text: Untrusted): string {
  return text
    .split('\n')
    .map((line) => defuseColons(defuseHashes(line)))
    .join('\n');
}

const HASH_BEFORE_HASH = new RegExp(`#(?=${GAP}#)`, 'gu');
const NOT_SEEN = /[\u007f-\u009f\u2028\u2029]|\p{Cf}|\p{Default_Ignorable_Code_Point}/gu;

/**
 * JSON whose value is exactly `value`, and which holds no marker: what could be one is written as an escape. Its lines
 * begin with a quote, a digit or a bracket, so no `::` can stand first.
 */
export function safeJson(value: unknown): SafeText {
  const text = JSON.stringify(value, null, 2)
    .replace(HASH_BEFORE_HASH, '\\u0023')
    .replace(NOT_SEEN, (found) => found.replace(/[^]/g, unicodeEscape));
  return `${text}\n` as SafeText;
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Text for the flow of a Markdown document: no markup, link, image, HTML, mention, formula or table cell can come out
 * of it. `@` and `$` get an element of their own and bare addresses are split by one, because those are looked for in
 * text where a backslash no longer shows.
 */
export function escapeMarkdown(text: Untrusted): string {
  return neutraliseForGitHub(singleLine(text).trim())
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
export function markdownCode(value: Untrusted): string {
  const line: string = neutraliseForGitHub(singleLine(value).trim());
  return line === '' || /[`|\\]/.test(line) ? escapeMarkdown(line) : `\`${line}\``;
}

/** A fenced block that none of its lines can close. */
export function markdownFence(lines: readonly Untrusted[]): string {
  const body = lines.flatMap(splitLines).map(neutraliseForGitHub);
  const longest = Math.max(
    2,
    ...body.map((line) => Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length))),
  );
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...body, fence].join('\n');
}
