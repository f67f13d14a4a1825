import { defuseLines } from '../../core/report/neutralise.ts';
import { clean, splitLines } from '../../core/report/text.ts';
import { cut } from './cut-text.ts';

/** Azure's limit for the name of a test. */
const NAME_LIMIT = 512;
/** Azure shows this much of an error message and of a stack (since spring 2026; 4,000 before). */
const TEXT_LIMIT = 32_000;

/** One line. */
export function safeName(text: string): string {
  return cut(defuseLines(safe(text).replace(/\s+/g, ' ').trim()), NAME_LIMIT);
}

export function safeText(text: string): string {
  return cut(defuseLines(safe(text)), TEXT_LIMIT);
}

/** What `clean` leaves and XML forbids. */
const FORBIDDEN = /[\ufffe\uffff]/g;
/** Combining marks may stand on each of its characters, and not be seen. */
const MARKS = String.raw`\p{M}*`;
const ATTACHMENT = new RegExp(String.raw`\[${MARKS}\[[\s\p{M}]*${[...'ATTACHMENT'].join(MARKS)}[\s\p{M}]*\|`, 'giu');
/** The line makes it another word, also where a second `|` or a `[[` before it would complete the mark again. */
const NO_ATTACHMENT = 'ATTACHMENT_';

/**
 * Text that XML can carry and that no reader of test results acts upon. Made visible in the way that the redactor knows:
 * another one would put together a secret that an escape sequence cuts into pieces. `[[ATTACHMENT|path]]` makes Azure's
 * publisher upload that file from the agent's disk; what replaces it cannot become one again. The builder's CDATA escapes
 * only the first `]]>` of a text, so none may reach it.
 */
function safe(text: string): string {
  return splitLines(text)
    .map(clean)
    .join('\n')
    .replace(FORBIDDEN, '\ufffd')
    .replace(ATTACHMENT, NO_ATTACHMENT)
    .replaceAll(']]>', ']] >');
}
