/** The kubelet dies and comes back, as in an update of the node; containers go on, and so must the reading of their logs. */
import { type JsonObject, listAt, stringAt } from '../../../src/core/model/json.ts';
import { buildBinaries } from '../../cluster/binaries.ts';
import { kubelet } from '../../cluster/components.ts';
import { programStates, startProgram } from '../../cluster/processes.ts';
import { logsOf, readAll, stateOf, writer } from '../log-reading.ts';
import { expect, test } from '../world.ts';

test('a log that is followed while the kubelet is restarted is whole', async ({ world, skip }) => {
  if (!world.setup.owned) skip('the kubelet can be restarted only on our own cluster');
  const program = kubelet(await buildBinaries());
  const source = await writer(world, 'for i in $(seq 1 300); do echo "line $i"; sleep 0.1; done');
  let restarted: Promise<void> | undefined;
  const restart = async (): Promise<void> => {
    const running = (await programStates()).find(({ name, alive }) => name === 'kubelet' && alive);
    if (running === undefined) throw new Error('the test cluster has no kubelet that runs');
    process.kill(running.pid, 'SIGKILL');
    await startProgram(program);
  };
  try {
    const { lines, ledger } = await readAll(await logsOf(world), source, (count) => {
      if (count >= 50) restarted ??= restart();
    });
    expect(lines).toEqual(Array.from({ length: 300 }, (_, at) => `line ${at + 1}`));
    expect(ledger.reopens).toBeGreaterThan(0);
    expect(ledger.gaps).toEqual([]);
    expect(stateOf(ledger)).toBe('complete');
  } finally {
    await restarted;
    await world.kube.until('the node is ready', 'Node', undefined, (nodes) =>
      nodes.every((node) => readinessOf(node) === 'True') ? true : undefined,
    );
  }
});

function readinessOf(node: JsonObject): string | undefined {
  const ready = listAt(node, 'status', 'conditions').find((each) => stringAt(each, 'type') === 'Ready');
  return stringAt(ready, 'status');
}
