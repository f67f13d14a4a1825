import { listAt, stringAt } from '../../../src/core/model/json.ts';
import { type Edit, NAME, type SutChanges, inContainer } from '../example-manifests.ts';
import { type During, type Scenarios, PASSED, inconclusive, sutNotReady } from '../scenario.ts';
import { condition, gone, jobOver, pod, restarted, roleOf, some } from '../truth.ts';
import { LIVE_ONLY, type World, expect } from '../world.ts';

const SUT_PORT = 8080;
const SWITCH_PORT = 9000;

/** All checks pass; then testcar stays for a while, so that what happens to the SUT happens under it. */
const STAYS = {
  edits: [[inContainer('command'), ['sh', '-c', '/usr/local/bin/quote-testcar && echo checks are over && sleep 8']]],
} satisfies { edits: readonly Edit[] };

/** Each connection to the switch takes the pod's readiness away for three seconds. */
const WITH_SWITCH = ({ images }: World): Partial<SutChanges> => {
  const state = { name: 'state', mountPath: '/state' };
  const script = `while nc -l -p ${SWITCH_PORT} </dev/null >/dev/null; do touch /state/unready; sleep 3; rm /state/unready; done`;
  const probe = { exec: { command: ['test', '!', '-e', '/state/unready'] }, periodSeconds: 1, failureThreshold: 1 };
  const spec = ['spec', 'template', 'spec'];
  return {
    edits: [
      [inContainer('readinessProbe'), probe],
      [inContainer('volumeMounts'), [state]],
      [[...spec, 'volumes'], [{ name: 'state', emptyDir: {} }]],
      [
        [...spec, 'containers', 1],
        { name: 'switch', image: images.good, command: ['sh', '-c', script], volumeMounts: [state] },
      ],
    ],
  };
};

/** The tests run on the node, where the addresses of pods can be reached. */
function callSut(port: number, path: string): During {
  return async ({ gate, world }) => {
    await gate.said(/checks are over/);
    const pods = await world.kube.list('Pod', world.namespace);
    const address = pods.filter((each) => roleOf(each) === 'sut').map((each) => stringAt(each, 'status', 'podIP'))[0];
    // The process ends, or the switch waits for the end of the connection: either way there is no answer.
    await fetch(`http://${address ?? ''}:${port}${path}`, {
      method: 'POST',
      signal: AbortSignal.timeout(1_000),
    }).catch(() => undefined);
  };
}

async function serviceOfRun({ kube, namespace }: World): Promise<string> {
  return (await kube.names('Service', namespace)).find((each) => each.includes('-tcg-')) ?? '';
}

/** The same, and then they look again as if nothing had been. */
const STAYS_AND_STAYS = {
  edits: [
    [
      inContainer('command'),
      ['sh', '-c', '/usr/local/bin/quote-testcar && echo checks are over && sleep 4 && echo a while later && sleep 4'],
    ],
  ],
} satisfies { edits: readonly Edit[] };

const FOREIGN = 'foreign';

/** `kubectl debug`, by the subresource that it uses. */
async function addDebugContainer({ kube, namespace, images }: World, role: 'sut' | 'testcar'): Promise<void> {
  const pods = await kube.list('Pod', namespace);
  const name = pods.filter((each) => roleOf(each) === role).map((each) => stringAt(each, 'metadata', 'name'))[0] ?? '';
  const ephemeralContainers = [{ name: 'debugger', image: images.good, command: ['true'] }];
  const answer = await kube.send(
    'PATCH',
    `/api/v1/namespaces/${namespace}/pods/${name}/ephemeralcontainers`,
    { spec: { ephemeralContainers } },
    'application/strategic-merge-patch+json',
  );
  expect(answer.status).toBe(200);
}

/** A finalizer keeps it, and with it its pods, which go on serving and Ready until the garbage collector may come. */
const deletedButHeld: During = async ({ gate, world: { kube, namespace } }) => {
  await gate.said(/checks are over/);
  const hold = (finalizers: readonly string[]) =>
    kube.patch('Deployment', namespace, NAME, { metadata: { finalizers } });
  await hold(['example.com/hold']);
  try {
    await kube.remove('Deployment', namespace, NAME);
    await gate.ended;
  } finally {
    await hold([]);
  }
};

/** As another controller would, that takes the run's Service for its own. Its port is another, so no request goes there. */
const foreignEndpoints: During = async ({ gate, world }) => {
  const { kube, namespace } = world;
  await gate.said(/checks are over/);
  const name = await serviceOfRun(world);
  await kube.create({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: FOREIGN, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: 'another', port: 1 }],
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
  });
};

/**
 * Only the time tells a loss of readiness that no watch has shown. The kubelet does not put it back: of conditions it
 * compares status, reason and message with the server's (isPodStatusByKubeletEqual).
 */
async function removeReadyTime({ kube, namespace }: World): Promise<void> {
  const [name = ''] = await kube.names('Pod', namespace);
  const answer = await kube.send(
    'PATCH',
    `/api/v1/namespaces/${namespace}/pods/${name}/status`,
    { status: { conditions: [{ type: 'Ready', lastTransitionTime: null }] } },
    'application/strategic-merge-patch+json',
  );
  expect(answer.status).toBe(200);
}

/** The tests pass, but the SUT did not hold still under them. */
export const SUT_GUARDRAILS: Scenarios = {
  title: 'the tests pass, and the guardrails say:',
  scenarios: [
    {
      name: 'everything held',
      fault: 'none',
      testcar: () => STAYS,
      expected: PASSED,
      names: [
        /Restarts during the tests\W+0\W+at most 0/,
        /Pods that lost their readiness during the tests\W+0\W+at most 0/,
        /Tested pods without a ready endpoint\W+0\W+at most 0/,
        /Endpoints that are of another revision\W+0\W+at most 0/,
      ],
    },
    {
      name: 'the SUT restarted after the last check',
      fault: 'its process ends with code 7 while testcar still runs',
      live: true,
      sut: () => ({ env: { QUOTES_CRASH_ENDPOINT: 'true' } }),
      testcar: () => STAYS,
      during: callSut(SUT_PORT, '/crash'),
      expected: inconclusive('SutRestarted'),
      observable: restarted('sut', 1),
      // The verdict needs the end of testcar.
      graceMs: 10_000,
      names: [/pod\/quote-service-\S+/, 'exit code 7'],
    },
    {
      name: 'the SUT lost its readiness for three seconds',
      fault: 'its readiness probe fails for three seconds while testcar still runs',
      sut: WITH_SWITCH,
      testcar: () => STAYS,
      during: callSut(SWITCH_PORT, '/'),
      expected: inconclusive('SutRestarted'),
      observable: pod(
        'sut',
        (each) => listAt(each, 'status', 'containerStatuses').length > 1 && condition(each, 'Ready', 'False'),
      ),
      graceMs: 10_000,
      names: [/pod\/quote-service-\S+/, 'lost its readiness'],
    },
    {
      name: "somebody adds endpoints to the run's Service",
      fault: "an EndpointSlice with a foreign address, labelled with the run's Service",
      live: true,
      testcar: () => STAYS,
      during: foreignEndpoints,
      expected: inconclusive('EndpointsOfAnotherRevision'),
      observable: some('EndpointSlice', (each) => stringAt(each, 'metadata', 'name') === FOREIGN),
      graceMs: 10_000,
      names: [/service\/quote-service-\S+/, '10.0.0.1'],
    },
    {
      name: "the run's Service sent elsewhere for a while",
      fault: "an EndpointSlice with a foreign address on the run's Service for four seconds",
      live: true,
      testcar: () => STAYS_AND_STAYS,
      during: async (act) => {
        await foreignEndpoints(act);
        await act.gate.said(/a while later/);
        await act.world.kube.remove('EndpointSlice', act.world.namespace, FOREIGN);
      },
      expected: inconclusive('EndpointsOfAnotherRevision'),
      observable: gone('EndpointSlice', (each) => stringAt(each, 'metadata', 'name') === FOREIGN),
      graceMs: 10_000,
      names: [/service\/quote-service-\S+/, '10.0.0.1 for a time'],
    },
    {
      name: 'somebody enters a pod of the SUT',
      fault: 'an ephemeral container, as kubectl debug adds it, while testcar still runs',
      live: true,
      testcar: () => STAYS,
      during: async ({ gate, world }) => {
        await gate.said(/checks are over/);
        await addDebugContainer(world, 'sut');
      },
      expected: inconclusive('RevisionChanged'),
      observable: pod('sut', (each) => listAt(each, 'spec', 'ephemeralContainers').length > 0),
      graceMs: 10_000,
      names: ['EphemeralContainer', /quote-service-\S+\/debugger/, 'kubectl debug'],
    },
    {
      name: 'somebody enters the pod of testcar',
      fault: 'an ephemeral container, as kubectl debug adds it, while testcar still runs',
      testcar: () => STAYS,
      during: async ({ gate, world }) => {
        await gate.said(/checks are over/);
        await addDebugContainer(world, 'testcar');
      },
      expected: inconclusive('EvidenceContradicts'),
      observable: pod('testcar', (each) => listAt(each, 'spec', 'ephemeralContainers').length > 0),
      graceMs: 10_000,
      names: [/job\/quote-service-\S+/, 'ephemeral container debugger'],
    },
    {
      name: 'somebody deletes the Deployment, and a finalizer holds it with all its pods',
      fault: 'a delete of the Deployment while testcar still runs; its pods stay Ready',
      prepare: async (world) => {
        await world.goLive();
      },
      sut: 'none',
      testcar: () => STAYS,
      inputs: { mode: 'observe', deployment: NAME },
      during: deletedButHeld,
      expected: inconclusive('RevisionChanged'),
      observable: some('Deployment', (each) => stringAt(each, 'metadata', 'deletionTimestamp') !== undefined),
      graceMs: 10_000,
      names: [`deployment/${NAME}`, 'Deleted'],
      left: 'unknown',
    },
    {
      name: 'it cannot be known whether the SUT stayed ready',
      fault: "a client has overwritten the status of the SUT's pod: its Ready condition has no time",
      sut: 'none',
      inputs: { mode: 'observe', deployment: NAME },
      prepare: async (world) => {
        await world.goLive();
        await removeReadyTime(world);
      },
      expected: inconclusive('GuardrailNotEvaluated'),
      observable: jobOver,
      names: [
        `deployment/${NAME}`,
        'Pods that lost their readiness during the tests',
        /pod quote-service-\S+ does not say since when it is ready/,
      ],
      left: LIVE_ONLY,
    },
    {
      name: "somebody deletes the run's Service",
      fault: 'a delete of the Service after the last check, while testcar still runs',
      testcar: () => STAYS,
      during: async ({ gate, world }) => {
        await gate.said(/checks are over/);
        await world.kube.remove('Service', world.namespace, await serviceOfRun(world));
      },
      expected: sutNotReady('SutNoEndpoints'),
      observable: gone('Service', (each) => (stringAt(each, 'metadata', 'name') ?? '').includes('-tcg-')),
      graceMs: 10_000,
      names: [/service\/quote-service-\S+/],
    },
    {
      name: "somebody changes the selector of the run's Service",
      fault: 'the selector names a label that no pod has',
      testcar: () => STAYS,
      during: async ({ gate, world }) => {
        await gate.said(/checks are over/);
        await world.kube.patch('Service', world.namespace, await serviceOfRun(world), {
          spec: { selector: { nobody: 'has-this' } },
        });
      },
      expected: sutNotReady('SutNoEndpoints'),
      observable: some('Service', (each) => stringAt(each, 'spec', 'selector', 'nobody') !== undefined),
      graceMs: 10_000,
      names: [/service\/quote-service-\S+/],
    },
  ],
};
