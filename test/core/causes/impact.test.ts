import { expect, it } from 'vitest';
import type { RunFacts } from '../../../src/core/causes/cause.ts';
import { CAUSES } from '../../../src/core/causes/index.ts';

const run = (mode: string, liveChanged?: boolean): RunFacts => ({
  namespace: 'shop',
  sut: 'web',
  runId: 'web-tcg-1',
  mode,
  ...(liveChanged === undefined ? {} : { liveChanged }),
});

it.each([
  ['preview', false, /^None: the revision that was live before goes on serving/],
  ['preview', true, /^The gate puts the previous revision back\. While the roll-out/],
  ['in-place', false, /^None: the revision that was live before goes on serving; nothing was changed yet/],
  ['in-place', true, /^The gate puts the previous revision back; until then .* onFailure=keep/],
  ['observe', false, /^Customers may already meet the new revision/],
  // Input that could not be read.
  ['', undefined, /^None: nothing was deployed/],
])('what customers meet: mode %j, live changed %j', (mode, liveChanged, text) => {
  expect(CAUSES.SutCrashLooping.entry.customerImpact(run(mode, liveChanged))).toMatch(text);
  // Of the other modes nothing is said.
  expect(CAUSES.SutCrashLooping.entry.customerImpact(run(mode, liveChanged))).not.toMatch(/\bmode\b/);
});

it.each(['ApiUnreachable', 'CredentialsExpired'] as const)(
  '%s: what was changed could not be put back, and only that',
  (cause) => {
    const { customerImpact } = CAUSES[cause].entry;
    for (const mode of ['preview', 'in-place']) expect(customerImpact(run(mode, true))).toMatch(/be live/);
    for (const mode of ['preview', 'observe']) expect(customerImpact(run(mode, false))).not.toMatch(/put/);
    expect(customerImpact(run('in-place', false))).not.toMatch(/put/);
  },
);

it('tells other teams of a run that says nothing about the revision', () => {
  expect(CAUSES.TestcarCrashed.entry.customerImpact(run('preview', false))).toMatch(/tell teams that wait for it\.$/);
});
