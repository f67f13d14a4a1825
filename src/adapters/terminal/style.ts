import type { SafeLine } from '../../core/report/neutralise.ts';

const STYLES = { bold: '\u001b[1m', dim: '\u001b[2m', red: '\u001b[31m', green: '\u001b[32m' } as const;
const RESET = '\u001b[0m';

export type Style = keyof typeof STYLES;

/** Goes around a line that is already neutral; the only escape sequences that can come out of the product. */
export function styled(line: SafeLine, style: Style): SafeLine {
  return line === '' ? line : (`${STYLES[style]}${line}${RESET}` as SafeLine);
}
