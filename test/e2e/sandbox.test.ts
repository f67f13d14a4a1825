import { expect, expectOutcome, test } from './world.ts';

test('a RuntimeClass whose handler no node has is the cluster, named within seconds', async ({ world }) => {
  const { kube, namespace } = world;
  // Cluster-scoped: the name of the namespace is unique.
  await kube.create({
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: namespace },
    handler: 'no-such-handler',
  });
  try {
    const runtime = [['spec', 'template', 'spec', 'runtimeClassName'], namespace] as const;
    const run = await world.gate({ ...(await world.sut({ edits: [runtime] })), ...(await world.testcar()) });

    await expectOutcome(run, { exitCode: 4, class: 'CLUSTER_ERROR', cause: 'SutSandboxFailed' });
    expect(run.output).toMatch(/no runtime for ['"]no-such-handler['"] is configured/);
    await world.expectClean([]);
  } finally {
    await kube.remove('RuntimeClass', undefined, namespace);
  }
});
