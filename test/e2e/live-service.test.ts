import { type JsonObject, stringAt } from '../../src/core/model/json.ts';
import { NAME } from './example-manifests.ts';
import { holdEndpoint } from './foreign-endpoint.ts';
import { LIVE_ONLY, type World, expect, expectOutcome, test } from './world.ts';

const CUSTOMER = 'customer';

test('customers of the live Service see no failed request and only the old revision while the gate closes', async ({
  world,
}) => {
  await world.goLive({ replicas: 2 });
  await startCustomer(world);
  const gate = await world.start({
    ...(await world.sut({ image: world.images.bad, replicas: 2 })),
    ...(await world.testcar({ fault: 'pause=300ms' })),
    previewReplicas: '2',
  });
  // From here on the bad revision runs beside the live one and is being tested.
  await gate.said(/tests http/);
  const atTest = count(await customerLog(world));
  const run = await gate.ended;
  await expectOutcome(run, { exitCode: 1, class: 'TEST_FAILED', cause: 'TestsFailed' });

  const answers = count(await customerLog(world));
  const duringTests = (answers['1.0.0'] ?? 0) - (atTest['1.0.0'] ?? 0);
  expect(duringTests, 'the customer must have been busy while the bad revision was under test').toBeGreaterThan(20);
  expect(answers).toEqual({ '1.0.0': answers['1.0.0'] });
  await world.kube.remove('Pod', world.namespace, CUSTOMER);
  await world.expectClean(LIVE_ONLY);
});

test('customers see no failed request when the gate opens and the new revision takes over', async ({ world }) => {
  await world.goLive({ replicas: 2, edits: GRACEFUL });
  await startCustomer(world);
  const run = await world.gate({ ...(await world.sut({ replicas: 2, edits: GRACEFUL })), ...(await world.testcar()) });
  await expectOutcome(run, { exitCode: 0, class: 'PASSED' });

  const answers = count(await customerLog(world));
  expect(Object.keys(answers).sort()).toEqual(['1.0.0', '1.1.0']);
});

test('an endpoint of somebody else behind the live Service that takes no requests does not close the gate', async ({
  world,
}) => {
  await world.goLive();
  await holdEndpoint(world, false);
  const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()) });

  await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
});

/** As in the example itself: pods that end answer the connections that are still on their way to them. */
const GRACEFUL = [[['spec', 'template', 'spec', 'terminationGracePeriodSeconds'], 15]] as const;

/** A pod that asks the live Service for its version without a pause, one line per answer. */
async function startCustomer(world: World): Promise<void> {
  // Debian's busybox crashes on `wget -T`.
  const ask = `while :; do timeout 2 wget -q -O - http://${NAME}/version || echo FAILED; done`;
  const pod: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: CUSTOMER, namespace: world.namespace },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: CUSTOMER,
          image: world.images.testcar,
          command: ['sh', '-c', ask],
          resources: { limits: { cpu: '200m', memory: '32Mi' } },
        },
      ],
    },
  };
  await world.kube.create(pod);
  await world.kube.until('the customer runs', 'Pod', world.namespace, (pods) =>
    pods.find(
      (each) => stringAt(each, 'metadata', 'name') === CUSTOMER && stringAt(each, 'status', 'phase') === 'Running',
    ),
  );
}

async function customerLog(world: World): Promise<string> {
  const answer = await world.kube.send('GET', `/api/v1/namespaces/${world.namespace}/pods/${CUSTOMER}/log`);
  return stringAt(answer.body, 'text') ?? '';
}

/** How often each answer was given; the last line may be half written. */
function count(log: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of log.split('\n').slice(0, -1)) {
    const answer = /^\{"version":"(?<version>[^"]+)"\}$/.exec(line)?.groups?.['version'] ?? line;
    counts[answer] = (counts[answer] ?? 0) + 1;
  }
  return counts;
}
