import { type ExitCodeMeaning, isReservedExitCode } from '../results/exit-code-meaning.ts';
import { EXIT_MEANINGS, type ExitMeaning } from '../results/exit-meanings.ts';
import { nearest } from './nearest.ts';

const MEANINGS = Object.keys(EXIT_MEANINGS).filter(isMeaning);

/** Items such as `3=no-tests`. Every item that cannot be read is told, with what was probably meant. */
export function parseExitCodes(
  items: readonly string[],
  problem: (found: string, expected: string) => void,
): readonly ExitCodeMeaning[] {
  const rows: ExitCodeMeaning[] = [];
  for (const item of items) {
    const [text = '', meaning = '', ...more] = item.split('=').map((part) => part.trim());
    const code = /^\d{1,3}$/.test(text) && more.length === 0 ? Number.parseInt(text, 10) : NaN;
    if (!(code >= 1 && code <= 255))
      problem(item, 'CODE=MEANING with a code from 1 to 255; 0 always says "no complaint"');
    else if (isReservedExitCode(code))
      problem(item, `a code of the runner; ${code} is how shells, runtimes and Kubernetes end a container`);
    else if (!isMeaning(meaning)) problem(item, expectedMeaning(meaning));
    else if (rows.some((row) => row.code === code)) problem(item, `${code} once`);
    else rows.push({ code, meaning });
  }
  return rows;
}

function expectedMeaning(meaning: string): string {
  const meant = nearest(meaning, MEANINGS);
  return meant === undefined ? `a meaning: one of ${MEANINGS.join(', ')}` : `did you mean ${meant}?`;
}

function isMeaning(text: string): text is ExitMeaning {
  return Object.hasOwn(EXIT_MEANINGS, text);
}
