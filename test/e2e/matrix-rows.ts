import { appendFile, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './front-ends.ts';
import { type MatrixRow, matrixTable, parseRow } from '../../scripts/matrix-table.ts';

export type { MatrixRow };

const DAY_MS = 86_400_000;

/** One file of rows per test run, and the table of the last one. */
const folder = (): string => process.env['TESTCAR_GATE_MATRIX_DIR'] ?? join(repository, '.cache', 'matrix');

export async function newMatrixFile(testRun: string): Promise<string> {
  await mkdir(folder(), { recursive: true });
  return join(folder(), `rows-${testRun}.jsonl`);
}

/** Appends one line: scenarios end in several processes at once, and one short write is not torn. */
export async function addRow(file: string, row: MatrixRow): Promise<void> {
  await appendFile(file, `${JSON.stringify(row)}\n`);
}

export async function readRows(file: string): Promise<readonly MatrixRow[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(parseRow);
}

/** Rows of the last test run that had scenarios, if one of them ended after that moment. */
export async function lastRows(sinceMs: number): Promise<readonly MatrixRow[]> {
  const files = (await readdir(folder()).catch(() => [])).filter((name) => name.endsWith('.jsonl'));
  const dated = await Promise.all(
    files.map(async (name) => ({ file: join(folder(), name), atMs: (await stat(join(folder(), name))).mtimeMs })),
  );
  const [last] = dated.sort((one, other) => other.atMs - one.atMs);
  return last === undefined || last.atMs < sinceMs ? [] : readRows(last.file);
}

/** Tells the totals at the end of a test run, keeps its table, and fails the run when a gate was opened. */
export async function tellMatrix(file: string): Promise<void> {
  const rows = await readRows(file);
  if (rows.length === 0) return;
  const { text, totals, isGreen } = matrixTable(rows);
  await writeFile(join(folder(), 'last.txt'), text);
  console.log(`fault matrix: ${totals}; the table: npm run matrix -- --last`);
  await removeOld();
  if (!isGreen) throw new Error(`fault matrix: ${totals}`);
}

/** Another test run may be writing just now; nothing of yesterday is of use. */
async function removeOld(): Promise<void> {
  for (const name of await readdir(folder())) {
    const file = join(folder(), name);
    if (name.endsWith('.jsonl') && Date.now() - (await stat(file)).mtimeMs > DAY_MS) await rm(file, { force: true });
  }
}

export function outcomeText(outcome: {
  exitCode: number | null;
  class: string | undefined;
  cause?: string | undefined;
}): string {
  return [outcome.class ?? 'no class', outcome.cause, `exit ${outcome.exitCode ?? 'none'}`]
    .filter((part) => part !== undefined)
    .join(' ');
}
