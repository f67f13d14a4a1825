import { CAUSES } from '../../../src/core/causes/index.ts';
import { numberAt, stringAt } from '../../../src/core/model/json.ts';
import { NAME } from '../example-manifests.ts';
import { type Scenarios, sutNotReady, testFailed } from '../scenario.ts';
import { condition, jobEnded, some } from '../truth.ts';
import { LIVE_ONLY, type World, expect } from '../world.ts';

const bad = ({ images }: World) => ({ image: images.bad });
const observing = { mode: 'observe', deployment: NAME };
const TEST_NAME = 'adds half for express';

async function oldRevisionServes({ kube, namespace }: World): Promise<void> {
  await kube.until('the old revision is available again', 'Deployment', namespace, (all) =>
    all.find((each) => numberAt(each, 'status', 'updatedReplicas') === 1 && numberAt(each, 'status', 'replicas') === 1),
  );
}

/** What becomes of the live revision in each mode when the gate closes. */
export const DELIVERY: Scenarios = {
  title: 'after a closed gate:',
  scenarios: [
    {
      name: 'in-place puts the old revision back',
      fault: 'a revision that forgets the express surcharge',
      sut: bad,
      inputs: { mode: 'in-place' },
      async prepare(world) {
        const before = await world.goLive();
        return {
          async during({ gate }) {
            await gate.ended;
            expect((await world.live()).template).toEqual(before.template);
            await oldRevisionServes(world);
          },
        };
      },
      expected: testFailed('TestsFailed'),
      observable: jobEnded('Failed'),
      names: [TEST_NAME, /put back|rolled back/],
      left: LIVE_ONLY,
    },
    {
      name: 'in-place keeps the new revision when told so',
      fault: 'a revision that forgets the express surcharge',
      sut: bad,
      inputs: { mode: 'in-place', onFailure: 'keep' },
      async prepare(world) {
        await world.goLive();
      },
      expected: testFailed('TestsFailed'),
      observable: jobEnded('Failed'),
      names: [TEST_NAME],
      left: LIVE_ONLY,
      also: async (_, world) => {
        expect(JSON.stringify((await world.live()).template)).toContain(world.images.bad);
      },
    },
    {
      name: 'in-place removes what was not there before',
      fault: 'a revision that forgets the express surcharge',
      sut: bad,
      inputs: { mode: 'in-place' },
      expected: testFailed('TestsFailed'),
      observable: jobEnded('Failed'),
      names: [TEST_NAME],
    },
    {
      name: 'observe does not touch what somebody else delivered',
      fault: 'somebody delivered a revision that forgets the express surcharge',
      sut: 'none',
      inputs: observing,
      async prepare(world) {
        const before = await world.goLive({ image: world.images.bad });
        return {
          async during({ gate }) {
            await gate.ended;
            expect(await world.live()).toEqual(before);
          },
        };
      },
      expected: testFailed('TestsFailed'),
      observable: jobEnded('Failed'),
      names: [TEST_NAME],
      left: LIVE_ONLY,
    },
    {
      name: 'preview keeps what it made for a look when told so',
      fault: 'a revision that forgets the express surcharge',
      sut: bad,
      inputs: { keep: 'on-failure' },
      expected: testFailed('TestsFailed'),
      observable: jobEnded('Failed'),
      names: [TEST_NAME],
      left: 'unknown',
      also: async (run, world) => {
        const kept = await world.inventory();
        expect(kept.map((name) => name.split('/')[0])).toEqual(['Deployment', 'Service', 'Job']);
        for (const name of kept) expect(run.output).toContain(name.split('/')[1]);
      },
    },
    {
      name: 'the revision that was announced never comes, in observe',
      fault: 'nobody delivers the image that the gate was told to expect',
      sut: 'none',
      live: true,
      prepare: async ({ images }) => ({ inputs: { ...observing, expectImage: images.good, readyTimeout: '6s' } }),
      expected: sutNotReady('SutRevisionMismatch'),
      observable: 'start',
      graceMs: 6_000,
      names: [`deployment/${NAME}`, 'quote-service:1.1.0', 'quote-service:1.0.0', 'readyTimeout'],
    },
    {
      name: 'the roll-out after green tests does not get through',
      fault: 'a ResourceQuota that has room for the preview and not for the roll-out',
      sut: () => ({ replicas: 4 }),
      inputs: { readyTimeout: '45s' },
      async prepare(world) {
        const before = await world.goLive();
        await world.kube.create({
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'three-pods', namespace: world.namespace },
          spec: { hard: { pods: '3' } },
        });
        await world.kube.until('the quota is counted', 'ResourceQuota', world.namespace, (all) =>
          all.find((each) => stringAt(each, 'status', 'used', 'pods') === '1'),
        );
        return {
          async during({ gate }) {
            await gate.ended;
            expect((await world.live()).template).toEqual(before.template);
          },
        };
      },
      expected: sutNotReady('PromotionFailed'),
      observable: some('ReplicaSet', (each) => condition(each, 'ReplicaFailure', 'True', 'FailedCreate')),
      // The pods that the quota does not let in are what decides.
      graceMs: CAUSES.SutQuotaExceeded.graceMs,
      names: [`deployment/${NAME}`, 'exceeded quota: three-pods'],
      left: LIVE_ONLY,
    },
  ],
};
