import { describe, expect, it } from 'vitest';
import { type Decision, decide } from '../../../src/core/judge/decide.ts';
import type { Held } from '../../../src/core/judge/rules/rule.ts';
import { ONLY_EXPLAINS } from '../../../src/core/judge/rules/rule.ts';
import type { Graces } from '../../../src/core/options/graces.ts';
import { anObservation } from '../../fakes/builders.ts';
import { aPlan, contextOf } from './world.ts';

function decideAt(nowMs: number, held: Partial<Held>, gracesMs: Graces = {}): Decision {
  const finding: Held['finding'] = { cause: 'SutImageNotFound', evidence: { object: 'pod/web-1' } };
  const ctx = contextOf(anObservation(), { plan: aPlan({ gracesMs }), nowMs });
  const rule = { name: 'test', check: () => [{ finding, sinceMs: 0, ...held }] };
  return decide([rule], { ...ctx, party: 'sut', pods: [], owner: undefined });
}

it('tells for how long it has held, from a second on: what is shorter is noise', () => {
  const details = (nowMs: number) => decideAt(nowMs, { graceMs: 0 }).decided[0]?.evidence.details;
  expect(details(999)).toBeUndefined();
  expect(details(1_000)).toEqual([{ label: 'held for', value: '1 s' }]);
});

describe('a grace that was asked for', () => {
  it('replaces the longer one of the cause', () => {
    expect(decideAt(1999, {}, { SutImageNotFound: 2000 }).nextAtMs).toBe(2000);
    expect(decideAt(2000, {}, { SutImageNotFound: 2000 }).decided).toHaveLength(1);
    expect(decideAt(2000, {}).decided).toEqual([]);
  });

  it('replaces the shorter one of a rule, so that an image that is still being pushed can be waited for', () => {
    expect(decideAt(0, { graceMs: 0 }).decided).toHaveLength(1);
    expect(decideAt(59_999, { graceMs: 0 }, { SutImageNotFound: 60_000 })).toMatchObject({
      decided: [],
      nextAtMs: 60_000,
    });
  });

  it('can be none at all', () => {
    expect(decideAt(0, {}, { SutImageNotFound: 0 }).decided).toHaveLength(1);
  });

  it('does not touch other causes', () => {
    expect(decideAt(9999, {}, { NodeLost: 0 }).nextAtMs).toBe(10_000);
  });

  it('does not decide what may still recover by itself', () => {
    expect(decideAt(99_000_000, { graceMs: ONLY_EXPLAINS }, { SutImageNotFound: 0 }).decided).toEqual([]);
  });
});
