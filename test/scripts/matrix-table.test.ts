import { describe, expect, it } from 'vitest';
import { type MatrixRow, matrixTable, parseRow } from '../../scripts/matrix-table.ts';

const CLOSED: MatrixRow = {
  group: 'the new revision does not come up:',
  name: 'it crashes',
  fault: 'the program exits at once',
  expected: 'SUT_NOT_READY SutCrashLooping exit 2',
  got: 'SUT_NOT_READY SutCrashLooping exit 2',
  expectedClass: 'SUT_NOT_READY',
  gotClass: 'SUT_NOT_READY',
  isOpen: false,
  graceMs: 0,
  lagMs: 130,
};
const SURVIVED: MatrixRow = { ...CLOSED, expectedClass: 'PASSED', gotClass: 'PASSED', isOpen: true };

describe('the fault matrix', () => {
  it('is green when every gate was closed with its class', () => {
    const { totals, isGreen } = matrixTable([CLOSED, { ...CLOSED, lagMs: 90 }, SURVIVED]);
    expect(isGreen).toBe(true);
    expect(totals).toBe(
      '2 fault scenarios, 1 with a fault that must not close the gate, 0 opened gates, 100 % right class, ' +
        'exit after truth and grace: median 130 ms, most 130 ms',
    );
  });

  const RED: readonly { name: string; rows: readonly MatrixRow[]; says: string }[] = [
    { name: 'there is no row', rows: [], says: '0 fault scenarios' },
    { name: 'a gate was opened', rows: [{ ...CLOSED, isOpen: true }], says: '1 opened gates' },
    {
      name: 'one class of many is wrong',
      rows: [...Array.from({ length: 300 }, () => CLOSED), { ...CLOSED, gotClass: 'TEST_FAILED' }],
      says: '99 % right class',
    },
    {
      name: 'a harmless fault closed a gate',
      rows: [{ ...SURVIVED, gotClass: 'TEST_FAILED' }],
      says: '0 % right class',
    },
    { name: 'a test failed', rows: [{ ...CLOSED, problem: 'expected a name\nin the log' }], says: '1 FAILED' },
  ];
  it.each(RED)('is red when $name', ({ rows, says }) => {
    const { totals, isGreen } = matrixTable(rows);
    expect(isGreen).toBe(false);
    expect(totals).toContain(says);
  });

  it('shows each row under its title, and why it failed', () => {
    const { text } = matrixTable([CLOSED, { ...CLOSED, got: 'no verdict, SIGKILL', problem: 'it hung\nfor long' }]);
    expect(text).toMatch(/^the new revision does not come up:\nscenario {4}fault/m);
    expect(text).toMatch(/^it crashes .* the same .* 0\.1 +ok$/m);
    expect(text).toMatch(/^it crashes .* no verdict, SIGKILL .* FAILED\n {4}it hung$/m);
  });

  it('reads the rows that a test wrote, and takes what is unclear for an opened gate', () => {
    expect(parseRow(JSON.stringify(CLOSED))).toEqual(CLOSED);
    expect(parseRow('{}').isOpen).toBe(true);
  });
});
