import { describe } from 'vitest';
import { stringMapAt } from '../../src/core/model/json.ts';
import type { RunningGate } from './gate-process.ts';
import { LIVE_ONLY, type World, expect, expectOutcome, test } from './world.ts';

/** After that the agents of Azure and GitHub send SIGTERM, and 2.5 s later SIGKILL. */
const BUDGET_MS = 7_500;

const SIGNALS = [
  { signal: 'SIGINT', exitCode: 130 },
  { signal: 'SIGTERM', exitCode: 143 },
] as const;

describe('a cancelled gate leaves nothing behind:', () => {
  for (const { signal, exitCode } of SIGNALS) {
    test(`${signal} while deploying`, async ({ world }) => {
      await world.goLive();
      const before = await world.live();
      const gate = await world.start({
        ...(await world.sut({ env: { QUOTES_START_DELAY: '5m' } })),
        ...(await world.testcar()),
      });
      await podOfRun(world);
      await stopAndExpectClean(world, gate, signal, exitCode);
      expect(await world.live()).toEqual(before);
    });

    test(`${signal} while testing`, async ({ world }) => {
      await world.goLive();
      const before = await world.live();
      const gate = await world.start({ ...(await world.sut()), ...(await world.testcar({ fault: 'hang' })) });
      await gate.said(/waits for something that never comes/);
      await stopAndExpectClean(world, gate, signal, exitCode);
      expect(await world.live()).toEqual(before);
    });
  }

  test('in-place, and the revision of before is back', async ({ world }) => {
    await world.goLive();
    const { template } = await world.live();
    const inputs = { ...(await world.sut()), ...(await world.testcar({ fault: 'hang' })), mode: 'in-place' };
    const gate = await world.start(inputs);
    await gate.said(/waits for something that never comes/);
    expect((await world.live()).template).not.toEqual(template);
    await stopAndExpectClean(world, gate, 'SIGINT', 130);
    expect((await world.live()).template).toEqual(template);
  });

  test('at once, before anything was deployed', async ({ world }) => {
    const gate = await world.start({ ...(await world.sut()), ...(await world.testcar()) });
    await gate.said(/\S/);
    gate.kill('SIGINT');
    expect((await gate.ended).exitCode).toBe(130);
    await world.expectClean([]);
  });
});

describe('what a killed main step leaves, the post step removes:', () => {
  for (const frontEnd of ['azure', 'github'] as const) {
    test(frontEnd, async ({ world }) => {
      await world.goLive();
      const before = await world.live();
      const inputs = { ...(await world.sut()), ...(await world.testcar({ fault: 'hang' })) };
      const gate = await world.start(inputs, { frontEnd });
      await gate.said(/waits for something that never comes/);
      gate.kill('SIGKILL');
      await gate.ended;
      expect(await world.inventory()).not.toEqual(LIVE_ONLY);
      const post = await world.post(gate);

      expect(post.exitCode, post.output).toBe(0);
      await world.expectClean(LIVE_ONLY);
      expect(await world.live()).toEqual(before);
    });
  }
});

async function stopAndExpectClean(
  world: World,
  gate: RunningGate,
  signal: NodeJS.Signals,
  exitCode: number,
): Promise<void> {
  const askedAt = performance.now();
  gate.kill(signal);
  const run = await gate.ended;
  // The agents' own limit is what is tested here: a slow clean-up is one that gets killed half-way.
  expect(performance.now() - askedAt).toBeLessThan(BUDGET_MS);
  await expectOutcome(run, { exitCode, class: 'CANCELLED', cause: 'Cancelled' });
  await world.expectClean(LIVE_ONLY);
}

function podOfRun(world: World): Promise<unknown> {
  return world.kube.until('a pod of the run exists', 'Pod', world.namespace, (pods) =>
    pods.find((pod) => stringMapAt(pod, 'metadata', 'labels')['testcar-gate/run'] !== undefined),
  );
}
