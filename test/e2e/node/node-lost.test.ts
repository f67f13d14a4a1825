/**
 * Whole-node faults: they disturb every pod of the cluster, so they run alone, after the other end-to-end tests. The
 * kubelet is frozen, not killed: to the cluster it has stopped, and it goes on where it was when the test is over.
 */
import { type World, expect, expectOutcome, test } from '../world.ts';
import { kubeletPid, untilNodeReady } from './kubelet.ts';

const HANG = /waits for something that never comes/;

/** Runs `during` while the one node of the cluster has no kubelet, and leaves it Ready. */
async function withoutKubelet(world: World, during: () => Promise<void>): Promise<void> {
  const pid = await kubeletPid();
  process.kill(pid, 'SIGSTOP');
  try {
    await during();
  } finally {
    process.kill(pid, 'SIGCONT');
    await untilNodeReady(world);
  }
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
