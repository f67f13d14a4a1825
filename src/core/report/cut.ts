/**
 * Where text is shortened before it is redacted. A secret that stands at the cut is no longer whole, so that neither a
 * known value nor a shape would be found: each such cut leaves a mark, and the redactor takes away before a mark what may be
 * the first part of a secret. A mark that somebody else wrote costs a word.
 */
export const CUT_MARK = '… (cut)';

/** `CUT_MARK` that was itself cut: what stands before it would no longer be known as cut. */
const HALF_MARK = /\u2026(?: (?:\((?:c(?:ut?)?)?)?)?$/;

/** The text, or as much of it as stays within `maxChars` together with the mark. */
export function cutTo(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : markCut(text.slice(0, Math.max(0, maxChars - CUT_MARK.length)));
}

/** What was kept of a text, with the mark; not with half of a character at its end. */
export function markCut(kept: string): string {
  return kept.replace(/[\ud800-\udbff]$/, '').replace(HALF_MARK, '') + CUT_MARK;
}
