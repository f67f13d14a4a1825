import { isObject, numberAt, stringAt } from '../src/core/model/json.ts';

/** What one scenario showed. */
export type MatrixRow = {
  group: string;
  name: string;
  fault: string;
  expected: string;
  got: string;
  expectedClass: string;
  gotClass: string;
  /** The gate let the deployment through. */
  isOpen: boolean;
  graceMs: number;
  /** From the end of the grace, after the truth was observable, to the exit of the process; negative = before it. */
  lagMs?: number;
  /** Why the test failed. */
  problem?: string;
};

export type MatrixTable = { text: string; totals: string; isGreen: boolean };

export function parseRow(line: string): MatrixRow {
  const row: unknown = JSON.parse(line);
  const text = (key: string): string => stringAt(row, key) ?? '';
  const lagMs = numberAt(row, 'lagMs');
  const problem = stringAt(row, 'problem');
  return {
    group: text('group'),
    name: text('name'),
    fault: text('fault'),
    expected: text('expected'),
    got: text('got'),
    expectedClass: text('expectedClass'),
    gotClass: text('gotClass'),
    // A row that does not say it is no proof of a closed gate.
    isOpen: !isObject(row) || row['isOpen'] !== false,
    graceMs: numberAt(row, 'graceMs') ?? 0,
    ...(lagMs === undefined ? {} : { lagMs }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** The fault matrix as text for a terminal, with its totals in the last line. */
export function matrixTable(rows: readonly MatrixRow[]): MatrixTable {
  const faults = rows.filter(({ expectedClass }) => expectedClass !== 'PASSED');
  const harmless = rows.length - faults.length;
  const opened = faults.filter(({ isOpen }) => isOpen).length;
  const right = rows.filter((row) => row.expectedClass === row.gotClass).length;
  const failed = rows.filter(({ problem }) => problem !== undefined).length;
  const lags = faults.flatMap(({ lagMs }) => (lagMs === undefined ? [] : [lagMs])).sort((a, b) => a - b);
  const totals = [
    `${faults.length} fault scenarios`,
    ...(harmless > 0 ? [`${harmless} with a fault that must not close the gate`] : []),
    `${opened} opened gates`,
    // Rounded down: 100 % means all.
    `${rows.length === 0 ? 0 : Math.floor((100 * right) / rows.length)} % right class`,
    ...(lags.length > 0 ? [`exit after truth and grace: median ${median(lags)} ms, most ${lags.at(-1) ?? 0} ms`] : []),
    ...(failed > 0 ? [`${failed} FAILED`] : []),
  ].join(', ');
  const isGreen = rows.length > 0 && opened === 0 && right === rows.length && failed === 0;
  return { text: `${[...body(rows), '', totals].join('\n')}\n`, totals, isGreen };
}

const COLUMNS = ['scenario', 'fault', 'expected', 'got', 'grace s', 'lag s', 'ok'] as const;

function body(rows: readonly MatrixRow[]): readonly string[] {
  const groups = [...new Set(rows.map(({ group }) => group))].sort();
  const cells = rows.map((row) => [
    row.name,
    row.fault,
    row.expected,
    row.got === row.expected ? 'the same' : row.got,
    (row.graceMs / 1000).toFixed(0),
    row.lagMs === undefined ? '' : (row.lagMs / 1000).toFixed(1),
    row.problem === undefined ? 'ok' : 'FAILED',
  ]);
  const widths = COLUMNS.map((title, at) => Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return groups.flatMap((group) => [
    '',
    group,
    line(COLUMNS),
    ...rows.flatMap((row, at) => {
      if (row.group !== group) return [];
      const [first = ''] = row.problem?.split('\n') ?? [];
      return [line(cells[at] ?? []), ...(row.problem === undefined ? [] : [`    ${first.slice(0, 200)}`])];
    }),
  ]);
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
