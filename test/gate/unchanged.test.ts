import { describe, expect, it } from 'vitest';
import { type JsonObject, objectAt } from '../../src/core/model/json.ts';
import { headlineOf } from '../../src/core/report/headline.ts';
import type { Report } from '../../src/core/report/report.ts';
import { LIVE, SERVICE, goodWorld, run, testsPass } from './gate-world.ts';

/** A run in place on a namespace whose Deployment is `live` already, and whose Service is there, too. */
async function inPlace(live: JsonObject | undefined, over: Record<string, string> = {}): Promise<Report> {
  const fakes = goodWorld();
  testsPass(fakes);
  fakes.cluster.objects.put(SERVICE);
  if (live !== undefined) fakes.cluster.objects.put(structuredClone(live));
  return run(fakes, { mode: 'in-place', ...over });
}

const AS_BEFORE = {
  ...LIVE,
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' }, uid: 'u', generation: 4 },
};
const OTHER = { ...AS_BEFORE, spec: { ...objectAt(LIVE, 'spec'), replicas: 1 } };
const REFUSE = { unchanged: 'refuse' };

describe('in-place', () => {
  it('never says that something new was tested when its manifests changed nothing', async () => {
    const report = await inPlace(AS_BEFORE);
    expect(headlineOf(report)).toMatch(/PASSED .+, mode in-place, not a new revision: the manifests changed nothing$/);
    expect(report.settlement).toContain(
      'Deployment web was already as its manifest says: no new pods, and a tag that was pushed again is not pulled',
    );
  });

  it.each([
    ['there was none', undefined],
    ['there was another', OTHER],
  ])('says nothing of the kind when %s', async (_, live) => {
    const report = await inPlace(live, REFUSE);
    expect(headlineOf(report)).toMatch(/PASSED .+, mode in-place$/);
    expect(report.unchanged).toBeUndefined();
  });

  it('closes before the tests where that is asked for', async () => {
    const report = await inPlace(AS_BEFORE, REFUSE);
    expect(report.verdict).toMatchObject({
      class: 'SUT_NOT_READY',
      finding: { cause: 'SutNoNewRevision', evidence: { object: 'deployment/web' } },
    });
    expect(report.phases.map(({ phase }) => phase)).not.toContain('test');
  });
});

it('preview tells a promotion that changed nothing', async () => {
  const fakes = goodWorld();
  testsPass(fakes);
  fakes.cluster.objects.put(SERVICE);
  fakes.cluster.objects.put(structuredClone(AS_BEFORE));
  const report = await run(fakes, { pinImages: 'off' });
  expect(report.settlement).toContain('Deployment web was already as its manifest says: the promotion changed nothing');
});
