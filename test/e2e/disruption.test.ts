import { describe } from 'vitest';
import { stringAt } from '../../src/core/model/json.ts';
import { NAME, toObject, deployment } from './example-manifests.ts';
import { LIVE_ONLY, type World, expect, expectOutcome, test } from './world.ts';

const HANG = /waits for something that never comes/;

async function evict(world: World, labelSelector: string): Promise<void> {
  const [pod] = await world.kube.list('Pod', world.namespace, labelSelector);
  const name = stringAt(pod, 'metadata', 'name') ?? '';
  await world.kube.send('POST', `/api/v1/namespaces/${world.namespace}/pods/${name}/eviction`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, namespace: world.namespace },
  });
}

describe('what is not the fault of the tests:', () => {
  test('the pod of testcar is evicted', async ({ world }) => {
    const gate = await world.start({ ...(await world.sut()), ...(await world.testcar({ fault: 'hang' })) });
    await gate.said(HANG);
    await evict(world, 'testcar-gate/role=testcar');

    await expectOutcome(await gate.ended, { exitCode: 4, class: 'CLUSTER_ERROR', cause: 'TestcarDisrupted' });
    await world.expectClean([]);
  });

  test('a pod of the new revision is evicted while the tests run, and they pass', async ({ world }) => {
    const gate = await world.start({ ...(await world.sut()), ...(await world.testcar({ fault: 'pause=700ms' })) });
    await gate.said(/tests http/);
    await evict(world, 'testcar-gate/role=sut');
    const run = await gate.ended;

    expect(run.exitCode, run.output).not.toBe(0);
    expect(['CLUSTER_ERROR', 'INCONCLUSIVE']).toContain(JSON.parse((await run.file('verdict.json')) ?? '{}').class);
    await world.expectClean([]);
  });

  test('somebody suspends the Job', async ({ world }) => {
    const gate = await world.start({ ...(await world.sut()), ...(await world.testcar({ fault: 'hang' })) });
    await gate.said(HANG);
    const [name = ''] = await world.kube.names('Job', world.namespace);
    await world.kube.patch('Job', world.namespace, name, { spec: { suspend: true } });

    await expectOutcome(await gate.ended, { exitCode: 5, class: 'INCONCLUSIVE', cause: 'JobSuspended' });
    await world.expectClean([]);
  });

  test('somebody rolls out another revision while the tests run', async ({ world }) => {
    await world.goLive();
    const inputs = { ...(await world.sut()), ...(await world.testcar({ fault: 'pause=700ms' })), mode: 'observe' };
    const { manifests: _, ...observed } = inputs;
    const gate = await world.start({ ...observed, deployment: NAME });
    await gate.said(/tests http/);
    const other = toObject(await deployment({ image: world.images.good }), world.namespace);
    await world.kube.patch('Deployment', world.namespace, NAME, { spec: other['spec'] });

    const run = await gate.ended;
    await expectOutcome(run, { exitCode: 5, class: 'INCONCLUSIVE', cause: 'RevisionChanged' });
    await world.expectClean(LIVE_ONLY);
  });
});
