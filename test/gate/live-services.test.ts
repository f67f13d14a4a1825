import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report/report.ts';
import { aPod, anApiError, anEndpoint, anEndpointSlice } from '../fakes/builders.ts';
import type { Fakes } from '../fakes/make-fakes.ts';
import { goodWorld, run, testsPass } from './gate-world.ts';

const OLD = anEndpoint({ targetUid: 'old', targetName: 'web-old-1' });
const READING = 'Live Services that do not send to the new revision alone';

function cause(report: Report): string {
  return report.verdict.kind === 'passed' ? 'passed' : `${report.verdict.class} ${report.verdict.finding.cause}`;
}

/** A world whose live Service still has an old pod behind it, which leaves `leavesAfterMs` after the roll-out. */
function withOldPod(leavesAfterMs: number): Fakes {
  const fakes = goodWorld();
  testsPass(fakes);
  fakes.cluster.on('apply', 'Deployment', (world) => {
    world.setPod(aPod({ name: 'web-old-1', uid: 'old', controllerUid: 'uid-replicaset-web-old' }));
    world.setEndpointSlice(anEndpointSlice({ endpoints: [OLD] }));
    world.after(2_000 + leavesAfterMs, () => {
      const pods = ['web-77aa-1', 'web-77aa-2'].map((name) => world.pod(name));
      const endpoints = pods.map((pod) => anEndpoint({ targetUid: pod?.meta.uid, targetName: pod?.meta.name }));
      world.setEndpointSlice(anEndpointSlice({ endpoints: [...endpoints, { ...OLD, terminating: true }] }));
    });
  });
  return fakes;
}

describe.each(['preview', 'in-place'])('%s', (mode) => {
  it('waits until the live Service sends to the new revision alone', async () => {
    const report = await run(withOldPod(3_000), { mode });
    expect(cause(report)).toBe('passed');
    expect(JSON.stringify(report.notes)).toMatch(/waiting for Service web to send to the new revision alone/);
    expect(report.guardrails?.at(-1)).toEqual({ name: READING, limit: 0, value: 0, note: '' });
  });

  it('closes when the old revision is still behind it at the deadline', async () => {
    const report = await run(withOldPod(500_000), { mode, readyTimeout: '60s' });
    expect(cause(report)).toBe('INCONCLUSIVE EndpointsOfAnotherRevision');
  });

  it('says so where EndpointSlices are not permitted, and goes on', async () => {
    const fakes = withOldPod(500_000);
    fakes.cluster.at(0, (world) => {
      world.failing('endpointSlices', anApiError('forbidden'));
    });
    const report = await run(fakes, { mode, readyTimeout: '60s' });
    expect(cause(report)).toBe('passed');
    const note = 'not evaluated: EndpointSlices cannot be read (forbidden)';
    expect(report.guardrails?.at(-1)).toEqual({ name: READING, limit: 0, value: undefined, note });
    if (mode === 'preview') expect(report.settlement).toContain(`${READING}: ${note}`);
  });
});

it('a preview is compared with no live Service before its promotion', async () => {
  const fakes = withOldPod(0);
  await run(fakes);
  expect(fakes.cluster.watched.map(({ serviceNames }) => serviceNames.slice(1))).toEqual([[], ['web']]);
});
