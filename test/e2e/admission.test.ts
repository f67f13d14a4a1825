import { describe } from 'vitest';
import type { JsonObject } from '../../src/core/model/json.ts';
import { inContainer } from './example-manifests.ts';
import { type World, expect, expectOutcome, test } from './world.ts';

const podField = (field: string) => ['spec', 'template', 'spec', field];

async function quota(world: World, pods: number): Promise<void> {
  await world.kube.create({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'few-pods', namespace: world.namespace },
    spec: { hard: { pods: String(pods) } },
  });
  // Until the controller has counted, every pod is refused for another reason.
  await world.kube.until('the quota is counted', 'ResourceQuota', world.namespace, (all) =>
    all.find((each) => each['status'] !== undefined && JSON.stringify(each['status']).includes('used')),
  );
}

describe('pods that the API server does not let in:', () => {
  test('the quota has no room for the new revision', async ({ world }) => {
    await quota(world, 0);
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()) });

    await expectOutcome(run, { exitCode: 2, class: 'SUT_NOT_READY', cause: 'SutPodsNotCreated' });
    expect(run.output).toContain('exceeded quota: few-pods');
    await world.expectClean([]);
  });

  test('the quota has no room for testcar', async ({ world }) => {
    await quota(world, 1);
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()) });

    await expectOutcome(run, { exitCode: 3, class: 'TESTCAR_ERROR', cause: 'TestcarPodsNotCreated' });
    expect(run.output).toContain('exceeded quota: few-pods');
    await world.expectClean([]);
  });

  test('the service account of the new revision is missing', async ({ world }) => {
    const sut = await world.sut({ edits: [[podField('serviceAccountName'), 'no-such-account']] });
    const run = await world.gate({ ...sut, ...(await world.testcar()) });

    await expectOutcome(run, { exitCode: 2, class: 'SUT_NOT_READY', cause: 'SutPodsNotCreated' });
    expect(run.output).toContain('no-such-account');
    await world.expectClean([]);
  });

  test('the service account of testcar is missing', async ({ world }) => {
    const testcar = await world.testcar({ edits: [[podField('serviceAccountName'), 'no-such-account']] });
    const run = await world.gate({ ...(await world.sut()), ...testcar });

    await expectOutcome(run, { exitCode: 3, class: 'TESTCAR_ERROR', cause: 'TestcarPodsNotCreated' });
    expect(run.output).toContain('no-such-account');
    await world.expectClean([]);
  });

  test('the new revision asks for what Pod Security forbids', async ({ world }) => {
    const labels: JsonObject = { 'pod-security.kubernetes.io/enforce': 'baseline' };
    await world.kube.patch('Namespace', undefined, world.namespace, { metadata: { labels } });
    const sut = await world.sut({ edits: [[podField('hostNetwork'), true]] });
    const run = await world.gate({ ...sut, ...(await world.testcar()) });

    await expectOutcome(run, { exitCode: 2, class: 'SUT_NOT_READY', cause: 'SutPodsNotCreated' });
    expect(run.output).toContain('PodSecurity');
    await world.expectClean([]);
  });
});

describe('images that do not come:', () => {
  test('the registry of testcar refuses connections', async ({ world }) => {
    const testcar = await world.testcar({ image: '127.0.0.1:1/quote-testcar:1' });
    const run = await world.gate({ ...(await world.sut()), ...testcar });

    await expectOutcome(run, { exitCode: 3, class: 'TESTCAR_ERROR', cause: 'TestcarImageRegistryUnreachable' });
    expect(run.output).toContain('connection refused');
    await world.expectClean([]);
  });

  test('the image of the new revision may not be pulled and is not there', async ({ world }) => {
    const sut = await world.sut({
      image: `${world.setup.registry}/quote-service:only-in-a-dream`,
      edits: [[inContainer('imagePullPolicy'), 'Never']],
    });
    const run = await world.gate({ ...sut, ...(await world.testcar()) });

    await expectOutcome(run, { exitCode: 2, class: 'SUT_NOT_READY', cause: 'SutImageNeverPull' });
    await world.expectClean([]);
  });
});
