/**
 * Whole-node faults: they disturb every pod of the cluster, so they run alone, after the other end-to-end tests. The
 * kubelet is frozen, not killed: to the cluster it has stopped, and it goes on where it was when the test is over.
 */
import { type JsonObject, listAt, stringAt } from '../../../src/core/model/json.ts';
import { programStates } from '../../cluster/processes.ts';
import { type World, expect, expectOutcome, test } from '../world.ts';

const HANG = /waits for something that never comes/;

/** Runs `during` while the one node of the cluster has no kubelet, and leaves it Ready. */
async function withoutKubelet(world: World, during: () => Promise<void>): Promise<void> {
  const kubelet = (await programStates()).find(({ name, alive }) => name === 'kubelet' && alive);
  if (kubelet === undefined) throw new Error('the test cluster has no kubelet that runs');
  process.kill(kubelet.pid, 'SIGSTOP');
  try {
    await during();
  } finally {
    process.kill(kubelet.pid, 'SIGCONT');
    await world.kube.until('the node is ready again', 'Node', undefined, (nodes) =>
      nodes.every((node) => readinessOf(node) === 'True') ? true : undefined,
    );
  }
}

function readinessOf(node: JsonObject): string | undefined {
  const ready = listAt(node, 'status', 'conditions').find((each) => stringAt(each, 'type') === 'Ready');
  return stringAt(ready, 'status');
}

test('the kubelet stops under the tests: all nodes of this cluster are offline', async ({ world, skip }) => {
  if (!world.setup.owned) skip('the kubelet can be stopped only on our own cluster');
  const gate = await world.start({ ...(await world.sut()), ...(await world.testcar({ fault: 'hang' })) });
  await gate.said(HANG);
  await withoutKubelet(world, async () => {
    const run = await gate.ended;

    await expectOutcome(run, { exitCode: 4, class: 'CLUSTER_ERROR', cause: 'NodesOffline' });
    expect(run.output).toContain('Kubelet stopped posting node status');
    expect(run.output).toMatch(/heartbeat of the node: +none seen for/);
    expect(run.output).toMatch(/node +node\/\S+: not ready: Ready Unknown/);
  });
  await world.expectClean([]);
});
