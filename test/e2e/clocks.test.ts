import { describe } from 'vitest';
import { expect, expectOutcome, test } from './world.ts';

/** As on a machine whose clock is wrong by so much: what Node reads of it, which is all that the gate asks for. */
function clockOffBy(ms: number): Readonly<Record<string, string>> {
  const script = `const now = Date.now; Date.now = () => now() + ${ms};`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

const MINUTES_MS = 60_000;

describe('the clock of the machine that runs the gate', () => {
  test.for([
    ['ahead', 10 * MINUTES_MS, 'behind'],
    ['behind', -10 * MINUTES_MS, 'ahead of'],
  ] as const)('is ten minutes %s: told, and no verdict changes', async ([, offByMs, server], { world }) => {
    const inputs = { ...(await world.sut()), ...(await world.testcar()) };
    const env = clockOffBy(offByMs);
    const open = await world.gate(inputs, { env });
    await expectOutcome(open, { exitCode: 0, class: 'PASSED' });
    expect(open.output.match(/clocks differ: .*/g)).toEqual([
      expect.stringMatching(new RegExp(`that of the API server is about (?:9|10) min.* ${server} `)),
    ]);
    const bad = { ...inputs, ...(await world.sut({ image: world.images.bad })) };
    const closed = await world.gate(bad, { env });
    await expectOutcome(closed, { exitCode: 1, class: 'TEST_FAILED', cause: 'TestsFailed' });
  });

  test('is right: nothing is told', async ({ world }) => {
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()) });
    await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
    expect(run.output).not.toContain('clocks differ');
  });
});
