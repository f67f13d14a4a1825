/** The kubelet dies and comes back, as in an update of the node; containers go on, and so must the reading of their logs. */
import { listAt, stringAt } from '../../../src/core/model/json.ts';
import { inContainer } from '../example-manifests.ts';
import { outcomeOf } from '../gate-process.ts';
import { logsOf, readAll, stateOf, writer } from '../log-reading.ts';
import { LIVE_ONLY, expect, expectOutcome, test } from '../world.ts';
import { restartKubelet, untilNodeReady } from './kubelet.ts';

test('a log that is followed while the kubelet is restarted is whole', async ({ world, skip }) => {
  if (!world.setup.owned) skip('the kubelet can be restarted only on our own cluster');
  const source = await writer(world, 'for i in $(seq 1 300); do echo "line $i"; sleep 0.1; done');
  let restarted: Promise<void> | undefined;
  try {
    const { lines, ledger } = await readAll(await logsOf(world), source, (count) => {
      if (count >= 50) restarted ??= restartKubelet();
    });
    expect(lines).toEqual(Array.from({ length: 300 }, (_, at) => `line ${at + 1}`));
    expect(ledger.reopens).toBeGreaterThan(0);
    expect(ledger.gaps).toEqual([]);
    expect(stateOf(ledger)).toBe('complete');
  } finally {
    await restarted;
    await untilNodeReady(world);
  }
});

test('results that are delivered while the kubelet is restarted come whole, or the gate says that they did not', async ({
  world,
  skip,
}) => {
  if (!world.setup.owned) skip('the kubelet can be restarted only on our own cluster');
  const script = `{ echo "<testsuite name='big'><testcase name='a'><system-out>"; head -c 75000000 /dev/urandom | base64
    echo "</system-out></testcase><testcase name='b'/></testsuite>"; } > $TESTCAR_RESULTS_DIR/big.xml`;
  const gate = await world.start({
    // A kubelet that begins takes a pod with a readiness probe for unready until it has probed it, which the gate tells, too.
    ...(await world.sut({ edits: [[inContainer('readinessProbe'), undefined]] })),
    ...(await world.testcar({
      edits: [
        [inContainer('command'), ['sh', '-c', script]],
        [['spec', 'template', 'spec', 'terminationGracePeriodSeconds'], 120],
      ],
    })),
  });
  try {
    const pod = await world.kube.until('testcar has ended', 'Pod', world.namespace, (pods) =>
      pods.find((each) =>
        listAt(each, 'status', 'containerStatuses').some(
          (status) => stringAt(status, 'state', 'terminated', 'reason') !== undefined,
        ),
      ),
    );
    const log = `/api/v1/namespaces/${world.namespace}/pods/${stringAt(pod, 'metadata', 'name') ?? ''}/log`;
    // The answer is there as soon as the courier has written so much.
    await world.kube.send('GET', `${log}?container=testcar-gate-courier&follow=true&limitBytes=1000000`);
    await restartKubelet();
    const run = await gate.ended;

    // Incomplete only where the kubelet ends so late in the second pass that the reader's files are gone with it.
    const incomplete = { exitCode: 3, class: 'TESTCAR_ERROR', cause: 'TestcarResultsIncomplete' } as const;
    const { cause } = await outcomeOf(run);
    await expectOutcome(run, cause === undefined ? { exitCode: 0, class: 'PASSED' } : incomplete);
    await world.expectClean(cause === undefined ? LIVE_ONLY : []);
  } finally {
    await untilNodeReady(world);
  }
});
