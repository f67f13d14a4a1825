import type { ExitMeaning, Runner } from './exit-meanings.ts';
import { RUNNERS, type RunnerName } from './runner-exit-codes.ts';

/** Shells, runtimes and the kubelet end a container with these; a runner that counts failures may come upon them too. */
const RESERVED: ReadonlySet<number> = new Set([126, 127, 128, 129, 130, 131, 132, 134, 135, 136, 137, 139, 143]);

export function isReservedExitCode(code: number): boolean {
  return RESERVED.has(code);
}

export type ExitCodeMeaning = { code: number; meaning: ExitMeaning };

/** What the code means by the user's own list, else by the runner's row; undefined where nobody can say. */
export function meaningOf(
  code: number,
  { runner, exitCodes }: { runner: RunnerName | 'none'; exitCodes: readonly ExitCodeMeaning[] },
): { meaning: ExitMeaning; by: string } | undefined {
  if (code === 0 || RESERVED.has(code)) return undefined;
  const own = exitCodes.find((row) => row.code === code);
  if (own !== undefined) return { meaning: own.meaning, by: 'option exitCodes' };
  if (runner === 'none') return undefined;
  const { codes }: Runner = RUNNERS[runner];
  const row = codes.find(([from, to]) => code >= from && code <= to);
  return row && { meaning: row[2], by: runner };
}

export function zeroIsNoProof(runner: RunnerName | 'none'): string | undefined {
  if (runner === 'none') return undefined;
  const row: Runner = RUNNERS[runner];
  return row.zeroIsNoProof;
}
