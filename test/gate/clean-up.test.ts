import { expect, it } from 'vitest';
import { fail } from '../../src/core/judge/prove.ts';
import { cleanUp } from '../../src/gate/clean-up.ts';
import { Made } from '../../src/gate/made.ts';
import { RunLog } from '../../src/gate/run-log.ts';
import { aPlan } from '../core/judge/world.ts';
import { makeFakes } from '../fakes/make-fakes.ts';

/** Agents kill a cancelled step after 7.5 s; nobody waits longer than half a minute for any other. */
it.each([
  ['Cancelled', 5_500],
  ['TestsFailed', 30_000],
  ['ApiUnreachable', 30_000],
] as const)('%s: a clean-up that hangs is given up after %d ms, and says what is left', async (cause, budgetMs) => {
  const fakes = makeFakes();
  const made = new Made();
  made.adopt({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'testcar-1', namespace: 'shop', uid: 'u' } });
  const objects = { ...fakes.ports.objects, delete: () => new Promise<never>(() => undefined) };
  const log = new RunLog(fakes.clock, fakes.host);
  const verdict = fail({ cause, evidence: { object: 'job/testcar-1' } }, []);
  await fakes.clock.run(cleanUp(verdict, aPlan(), made, [], { ...fakes.ports, objects }, log));
  expect(fakes.clock.nowMs()).toBe(budgetMs);
  expect(log.settlement).toEqual([
    `clean-up did not end within ${budgetMs / 1000} s: Job testcar-1 may be left behind; the Job's deadline and TTL remove them`,
  ]);
});
