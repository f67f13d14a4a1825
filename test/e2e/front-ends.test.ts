import { describe } from 'vitest';
import { FRONT_ENDS, type FrontEnd, NODES, fileCommands } from './front-ends.ts';
import type { GateRun } from './gate-process.ts';
import { LIVE_ONLY, expect, expectOutcome, test } from './world.ts';

/** What each host must have been told, beside the exit code. */
const TOLD: Record<FrontEnd, (run: GateRun, verdict: 'PASSED' | 'TEST_FAILED') => Promise<void>> = {
  cli: async (run) => {
    expect(run.output).not.toMatch(/##vso\[|^::/m);
  },
  azure: async (run, verdict) => {
    const result = verdict === 'PASSED' ? 'Succeeded' : 'Failed';
    const completed = [...run.output.matchAll(/^##vso\[task\.complete (?<properties>[^\]]*)\]/gm)];
    expect(completed.map((match) => match.groups?.['properties']?.replace(/;$/, ''))).toEqual([`result=${result}`]);
    expect(run.output).toMatch(
      new RegExp(`^##vso\\[task\\.setvariable [^\\]]*variable=testcarVerdict[^\\]]*\\]${verdict}$`, 'm'),
    );
    expect(run.output).toMatch(/^##vso\[results\.publish [^\]]*type=JUnit/m);
  },
  github: async (run, verdict) => {
    expect(fileCommands(await run.hostFile('output'))).toMatchObject({ verdict });
    expect((await run.hostFile('summary')).replaceAll('\\', '')).toContain(verdict);
  },
};

for (const frontEnd of FRONT_ENDS) {
  for (const node of NODES) {
    describe(`${frontEnd} on ${node}`, () => {
      test('opens for a good revision', async ({ world }) => {
        const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()) }, { frontEnd, node });

        await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
        await TOLD[frontEnd](run, 'PASSED');
        await world.expectClean(LIVE_ONLY);
      });

      test('closes for a bad one', async ({ world }) => {
        const inputs = { ...(await world.sut({ image: world.images.bad })), ...(await world.testcar()) };
        const run = await world.gate(inputs, { frontEnd, node });

        await expectOutcome(run, { exitCode: 1, class: 'TEST_FAILED', cause: 'TestsFailed' });
        await TOLD[frontEnd](run, 'TEST_FAILED');
        await world.expectClean([]);
      });
    });
  }
}
