import { markCut } from '../report/cut.ts';
import { oneLine } from '../report/text.ts';

/**
 * Foreign text as one short line in double quotes: control and invisible characters removed, inner double quotes made
 * single, cut after `maxChars` characters with a mark that says so.
 */
export function quote(text: string, maxChars: number): string {
  return `"${shorten(text, maxChars).replaceAll('"', "'")}"`;
}

/** The same without quotes, for names. */
export function shorten(text: string, maxChars: number): string {
  // By code points, so that no surrogate pair is cut in two; the slice first bounds the work on huge texts.
  const points = [...oneLine(text.slice(0, maxChars * 8)).replaceAll('\t', ' ')];
  if (points.length <= maxChars && text.length <= maxChars * 8) return points.join('');
  return markCut(points.slice(0, maxChars).join(''));
}
