import { stripVTControlCharacters } from 'node:util';
import { defuseLines } from '../../core/report/neutralise.ts';
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

/**
 * Text that XML can carry and that no reader of test results acts upon. `[[ATTACHMENT|path]]` makes Azure's publisher
 * upload that file from the agent's disk; what replaces it cannot become one again. The builder's CDATA escapes only
 * the first `]]>` of a text, so none may reach it.
 */
function safe(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\t\n]/gu, '')
    .replace(/\p{Cs}|[\ufffe\uffff]/gu, '\ufffd')
    .replace(/\[\[\s*ATTACHMENT\s*\|/giu, 'ATTACHMENT ')
    .replaceAll(']]>', ']] >');
}
