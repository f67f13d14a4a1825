import { booleanAt, stringAt } from '../../../src/core/model/json.ts';
import { deployment, inContainer, NAME, toObject } from '../example-manifests.ts';
import { HANGS, type Scenario, type Scenarios, TESTS_RUN, clusterError, inconclusive } from '../scenario.ts';
import { type Role, condition, gone, jobOver, pod, roleOf, some } from '../truth.ts';
import { LIVE_ONLY, type World } from '../world.ts';
import { offerSeat, takeSeat } from '../preemption.ts';

const ROLE = 'testcar-gate/role';
const isRole = (role: Role) => (object: Parameters<typeof roleOf>[0]) => roleOf(object) === role;
const disrupted = (role: Role, reason: string) =>
  pod(role, (each) => condition(each, 'DisruptionTarget', 'True', reason));
const SLOW_TESTS = () => ({ fault: 'pause=700ms' });
const HANG = () => ({ fault: 'hang' });

async function podOf({ kube, namespace }: World, role: Role): Promise<string> {
  const [found] = await kube.list('Pod', namespace, `${ROLE}=${role}`);
  return stringAt(found, 'metadata', 'name') ?? '';
}

async function evict(world: World, role: Role): Promise<void> {
  const name = await podOf(world, role);
  const { status } = await world.kube.evict(world.namespace, name);
  if (status !== 201) throw new Error(`the eviction of ${name} was answered with ${status}`);
}

const testcarTaken: readonly Scenario[] = [
  {
    name: 'the pod of testcar is evicted',
    fault: 'the eviction API takes the pod of testcar',
    testcar: HANG,
    async during({ gate, world }) {
      await gate.said(HANGS);
      await evict(world, 'testcar');
    },
    expected: clusterError('TestcarDisrupted'),
    observable: disrupted('testcar', 'EvictionByEvictionAPI'),
    names: [/pod\/quote-service-\S+/, 'EvictionByEvictionAPI'],
  },
  {
    name: 'the pod of testcar is preempted',
    fault: 'a pod of higher priority takes the seat of testcar on the node',
    async prepare(world) {
      const seat = await offerSeat(world);
      return {
        inputs: await world.testcar({ fault: 'hang', edits: [[inContainer('resources', 'limits', seat), 1]] }),
        async during({ gate }) {
          await gate.said(HANGS);
          await takeSeat(world, seat);
        },
      };
    },
    expected: clusterError('TestcarDisrupted'),
    observable: disrupted('testcar', 'PreemptionByScheduler'),
    names: [/pod\/quote-service-\S+/, 'PreemptionByScheduler', 'priority'],
  },
  {
    name: 'somebody deletes the pod of testcar',
    fault: 'the pod of testcar is deleted by hand',
    testcar: HANG,
    async during({ gate, world }) {
      await gate.said(HANGS);
      await world.kube.remove('Pod', world.namespace, await podOf(world, 'testcar'));
    },
    expected: clusterError('TestcarDisrupted'),
    observable: gone('Pod', isRole('testcar')),
    names: [/pod\/quote-service-\S+/, 'PodDeleted', 'audit log'],
  },
  {
    name: 'testcar writes more than its volume may hold',
    fault: '8 MiB in an emptyDir of 1 MiB: the kubelet evicts the pod',
    testcar: () => ({
      edits: [
        [['spec', 'template', 'spec', 'volumes'], [{ name: 'scratch', emptyDir: { sizeLimit: '1Mi' } }]],
        [inContainer('volumeMounts'), [{ name: 'scratch', mountPath: '/scratch' }]],
        [inContainer('command'), ['sh', '-c', 'head -c 8388608 /dev/zero > /scratch/data; sleep 600']],
      ],
    }),
    inputs: { testTimeout: '140s' },
    expected: { exitCode: 3, class: 'TESTCAR_ERROR', cause: 'TestcarStorageExceeded' },
    observable: pod('testcar', (each) => stringAt(each, 'status', 'reason') === 'Evicted'),
    names: [/pod\/quote-service-\S+/, 'scratch', '1Mi'],
  },
];

const sutTaken: readonly Scenario[] = [
  {
    name: 'a pod of the new revision is evicted while the tests run',
    fault: 'the eviction API takes the pod of the new revision',
    testcar: SLOW_TESTS,
    async during({ gate, world }) {
      await gate.said(TESTS_RUN);
      await evict(world, 'sut');
    },
    expected: clusterError('SutDisrupted'),
    observable: [disrupted('sut', 'EvictionByEvictionAPI'), jobOver],
    names: [/pod\/quote-service-\S+/, 'EvictionByEvictionAPI'],
  },
  {
    name: 'a pod of the new revision is preempted while the tests run',
    fault: 'a pod of higher priority takes its seat on the node',
    async prepare(world) {
      const seat = await offerSeat(world);
      return {
        inputs: await world.sut({ edits: [[inContainer('resources', 'limits', seat), 1]] }),
        async during({ gate }) {
          await gate.said(TESTS_RUN);
          await takeSeat(world, seat);
        },
      };
    },
    testcar: SLOW_TESTS,
    expected: clusterError('SutDisrupted'),
    observable: [disrupted('sut', 'PreemptionByScheduler'), jobOver],
    names: [/pod\/quote-service-\S+/, 'PreemptionByScheduler'],
  },
  {
    name: 'somebody deletes a pod of the new revision while the tests run',
    fault: 'the pod of the new revision is deleted by hand',
    testcar: SLOW_TESTS,
    async during({ gate, world }) {
      await gate.said(TESTS_RUN);
      await world.kube.remove('Pod', world.namespace, await podOf(world, 'sut'));
    },
    expected: inconclusive('RevisionChanged'),
    observable: [gone('Pod', isRole('sut')), jobOver],
    names: [/pod\/quote-service-\S+/, 'PodDeleted'],
  },
  {
    name: 'somebody deletes the new revision while the tests run',
    fault: 'the Deployment under test is deleted by hand',
    testcar: SLOW_TESTS,
    async during({ gate, world }) {
      await gate.said(TESTS_RUN);
      const [name = ''] = await world.kube.names('Deployment', world.namespace);
      await world.kube.remove('Deployment', world.namespace, name);
    },
    expected: inconclusive('RevisionChanged'),
    observable: [gone('Deployment'), jobOver],
    names: [/deployment\/quote-service-\S+/, 'Deleted'],
  },
  {
    name: 'somebody rolls out another revision while the tests run',
    fault: 'the observed Deployment gets another image',
    sut: 'none',
    testcar: SLOW_TESTS,
    inputs: { mode: 'observe', deployment: NAME },
    async prepare(world) {
      await world.goLive();
    },
    async during({ gate, world }) {
      await gate.said(TESTS_RUN);
      const other = toObject(await deployment({ image: world.images.good }), world.namespace);
      await world.kube.patch('Deployment', world.namespace, NAME, { spec: other['spec'] });
    },
    expected: inconclusive('RevisionChanged'),
    observable: jobOver,
    names: [`deployment/${NAME}`, 'NewRevision'],
    left: LIVE_ONLY,
  },
];

const jobTouched: readonly Scenario[] = [
  {
    name: 'somebody suspends the Job',
    fault: 'spec.suspend of the Job is set by hand',
    testcar: HANG,
    async during({ gate, world }) {
      await gate.said(HANGS);
      const [name = ''] = await world.kube.names('Job', world.namespace);
      await world.kube.patch('Job', world.namespace, name, { spec: { suspend: true } });
    },
    expected: inconclusive('JobSuspended'),
    // The controller's condition comes later than the field, and may come after the gate has cleaned up.
    observable: some('Job', (job) => booleanAt(job, 'spec', 'suspend') === true),
    names: [/job\/quote-service-\S+/],
  },
  {
    name: 'somebody deletes the Job',
    fault: 'the Job is deleted by hand',
    testcar: HANG,
    async during({ gate, world }) {
      await gate.said(HANGS);
      const [name = ''] = await world.kube.names('Job', world.namespace);
      await world.kube.remove('Job', world.namespace, name);
    },
    expected: inconclusive('JobDeleted'),
    observable: gone('Job'),
    names: [/job\/quote-service-\S+/],
  },
  {
    name: 'somebody deletes the namespace',
    fault: 'the namespace of the run is deleted by hand',
    testcar: HANG,
    async during({ gate, world }) {
      await gate.said(HANGS);
      await world.kube.remove('Namespace', undefined, world.namespace);
    },
    expected: inconclusive('JobDeleted'),
    orCause: 'RevisionChanged',
    observable: gone('Pod', isRole('testcar')),
    names: [/(?:job|deployment|pod)\/quote-service-\S+/, /delet/i],
    left: 'unknown',
  },
];

/** What is not the fault of the tests, and not of what they test. */
export const DISRUPTION: Scenarios = {
  title: 'the ground moves:',
  scenarios: [...testcarTaken, ...sutTaken, ...jobTouched],
};
