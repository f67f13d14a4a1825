import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ExampleImages } from '../../scripts/example-images.ts';
import { type JsonObject, listAt, numberAt, stringAt } from '../../src/core/model/json.ts';
import { buildKubernetes } from '../cluster/binaries.ts';
import type { OwnedCluster } from '../cluster/cluster-for-tests.ts';
import { type CommandResult, tryRun } from '../cluster/commands.ts';
import { auditedGroup, mintUser } from '../cluster/users.ts';
import { NAME, deployment, service, testcarJob, toObject, write } from '../e2e/example-manifests.ts';
import { cliIn, nodeBinary } from '../e2e/front-ends.ts';
import { Kube } from '../e2e/kube.ts';
import { type Figure, median } from './figure.ts';

/** More for the times in milliseconds than for those in seconds. */
const ROUNDS = { latency: 5, wholeRun: 3 };

/** The real cluster, and what is needed to measure whole runs on it. */
export type Bench = { cluster: OwnedCluster; kube: Kube; images: ExampleImages; kubectl: string; released: string };
type Place = { namespace: string; folder: string };

export async function benchOn(cluster: OwnedCluster, images: ExampleImages, released: string): Promise<Bench> {
  return {
    cluster,
    images,
    released,
    kube: await Kube.connect(cluster.kubeconfigPath),
    kubectl: await buildKubernetes(),
  };
}

/** The Job's terminal condition, seen by a watch of our own → end of the process that waited for it. */
export async function measureLatency(bench: Bench): Promise<Figure[]> {
  const times = await inTurns(ROUNDS.latency, {
    gate: () => latency(bench, gateInObserve),
    kubectl: () => latency(bench, kubectlJob),
  });
  const how = `median of ${ROUNDS.latency}; the Job is watched separately`;
  const script = 'kubectl wait, logs, copy of results';
  return [
    { name: 'Job terminal → exit: gate (observe)', value: times('gate'), limit: 300, unit: 'ms', how },
    { name: `Job terminal → exit: ${script}`, value: times('kubectl'), unit: 'ms', how },
    {
      name: 'Job terminal → exit: gate / kubectl',
      value: times('gate') / times('kubectl'),
      limit: 1,
      unit: 'ratio',
      how,
    },
  ];
}

async function latency(bench: Bench, runTool: (bench: Bench, place: Place) => Promise<void>): Promise<number> {
  return inNamespace(bench, async (place) => {
    await goLive(bench, place, bench.images.good);
    const ended = runTool(bench, place).then(() => performance.now());
    const terminalAt = bench.kube
      .until('the Job is terminal', 'Job', place.namespace, (jobs) => jobs.find(isTerminal))
      .then(() => performance.now());
    return (await ended) - (await terminalAt);
  });
}

/** The same delivery and the same tests: in-place by the gate, and by the script that teams write without it. */
export async function measureWholeRun(bench: Bench): Promise<Figure[]> {
  const times = await inTurns(ROUNDS.wholeRun, {
    preview: () => wholeRun(bench, (place) => gate(bench, place, [])),
    inPlace: () => wholeRun(bench, (place) => gate(bench, place, ['--mode=in-place'])),
    kubectl: () => wholeRun(bench, (place) => kubectlDelivery(bench, place)),
  });
  const how = `median of ${ROUNDS.wholeRun}, from a live old revision to the tested new one live`;
  return [
    { name: 'whole run: gate, preview', value: times('preview') / 1000, unit: 's', how },
    { name: 'whole run: gate, in-place', value: times('inPlace') / 1000, unit: 's', how },
    {
      name: 'whole run: kubectl apply, rollout status, wait, logs, copy',
      value: times('kubectl') / 1000,
      unit: 's',
      how,
    },
    { name: 'whole run: gate in-place / kubectl', value: times('inPlace') / times('kubectl'), unit: 'ratio', how },
  ];
}

async function wholeRun(bench: Bench, runTool: (place: Place) => Promise<void>): Promise<number> {
  return inNamespace(bench, async (place) => {
    await goLive(bench, place, bench.images.live);
    const startedAt = performance.now();
    await runTool(place);
    return performance.now() - startedAt;
  });
}

/** Counted by the API server's audit log. A run that takes longer must not ask more. */
export async function measureRequests(bench: Bench): Promise<Figure[]> {
  const observe = await countRequests(bench, (place, user) => gateInObserve(bench, place, [`--kubeconfig=${user}`]));
  const preview = await countRequests(bench, (place, user) => gate(bench, place, [`--kubeconfig=${user}`]));
  // Both are long enough for the log to be found running: it is then opened, and read once more at its end.
  const [long, longer] = [
    await countRequests(bench, (place, user) => gate(bench, place, [`--kubeconfig=${user}`], 'pause=1s')),
    await countRequests(bench, (place, user) => gate(bench, place, [`--kubeconfig=${user}`], 'pause=2s')),
  ];
  const how = 'audit log of the API server, one run';
  const calls = { limit: 12, unit: 'requests', how };
  const watches = { limit: 6, unit: 'watches', how };
  const growth = { limit: 0, unit: 'requests', how: 'the same, with a pause of 1 s and of 2 s before each test' };
  return [
    { name: 'API requests per run without watches: observe', value: observe.calls, ...calls },
    { name: 'API watches per run: observe', value: observe.watches, ...watches },
    { name: 'API requests per run without watches: preview, promotion included', value: preview.calls, ...calls },
    { name: 'API watches per run: preview, promotion included', value: preview.watches, ...watches },
    { name: 'API requests per run without watches: preview, tests of 13 s', value: long.calls, ...calls },
    { name: 'more API requests when the tests take 13 s longer', value: longer.calls - long.calls, ...growth },
  ];
}

async function countRequests(
  bench: Bench,
  runTool: (place: Place, kubeconfig: string) => Promise<void>,
): Promise<{ calls: number; watches: number }> {
  const user = `bench-${randomBytes(4).toString('hex')}`;
  const kubeconfig = await mintUser(user, [auditedGroup]);
  await inNamespace(bench, async (place) => {
    await bench.kube.create({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'bench', namespace: place.namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    });
    await goLive(bench, place, bench.images.good);
    await runTool(place, kubeconfig);
  });
  const lines = (await readFile(bench.cluster.auditLogPath, 'utf8')).split('\n').filter((line) => line.includes(user));
  const entries = lines
    .map((line): unknown => JSON.parse(line))
    .filter((entry) => stringAt(entry, 'user', 'username') === user);
  // A request that streams has two lines: one when the answer starts and one when it ends.
  const requests = new Map(entries.map((entry) => [stringAt(entry, 'auditID'), stringAt(entry, 'verb')]));
  const watches = [...requests.values()].filter((verb) => verb === 'watch').length;
  return { calls: requests.size - watches, watches };
}

async function gate(bench: Bench, place: Place, flags: readonly string[], fault?: string): Promise<void> {
  const { folder, namespace } = place;
  const { images } = bench;
  await runGate(bench, [
    `--namespace=${namespace}`,
    `--manifests=${await write(folder, 'deployment.yaml', await deployment({ image: images.good, replicas: 2 }))}`,
    `--manifests=${await write(folder, 'service.yaml', await service())}`,
    `--testcar-manifest=${await jobFile(bench, place, fault)}`,
    `--report-dir=${join(folder, 'report')}`,
    `--pipeline-run=${namespace}`,
    ...flags,
  ]);
}

async function gateInObserve(bench: Bench, place: Place, flags: readonly string[] = []): Promise<void> {
  await runGate(bench, [
    '--mode=observe',
    `--namespace=${place.namespace}`,
    `--deployment=${NAME}`,
    `--testcar-manifest=${await jobFile(bench, place)}`,
    `--report-dir=${join(place.folder, 'report')}`,
    `--pipeline-run=${place.namespace}`,
    ...flags,
  ]);
}

async function jobFile({ images }: Bench, { folder }: Place, fault?: string): Promise<string> {
  return write(
    folder,
    'job.yaml',
    await testcarJob({ image: images.testcar, ...(fault === undefined ? {} : { fault }) }),
  );
}

async function runGate({ cluster, released }: Bench, args: readonly string[]): Promise<void> {
  const result = await tryRun(nodeBinary('node24'), [cliIn(released), 'run', ...args], {
    env: { KUBECONFIG: cluster.kubeconfigPath },
  });
  mustSucceed('testcar-gate', result);
}

async function kubectlDelivery(bench: Bench, place: Place): Promise<void> {
  const { folder } = place;
  const manifest = await deployment({ image: bench.images.good, replicas: 2 });
  await kubectl(
    bench,
    place,
    'apply',
    '-f',
    await write(folder, 'deployment.yaml', manifest),
    '-f',
    await write(folder, 'service.yaml', await service()),
  );
  await kubectl(bench, place, 'rollout', 'status', `deployment/${NAME}`, '--timeout=5m');
  await kubectlJob(bench, place);
}

/** Nothing can be copied out of a pod that has ended, so the script's results come by the log of a sidecar. */
async function kubectlJob(bench: Bench, place: Place): Promise<void> {
  const image = bench.images.testcar;
  const mount = { name: 'results', mountPath: '/results' };
  const job: JsonObject = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'testcar', namespace: place.namespace },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          volumes: [{ name: 'results', emptyDir: {} }],
          initContainers: [
            {
              name: 'results',
              image,
              restartPolicy: 'Always',
              command: ['sh', '-c', "trap 'cat /results/*.xml; exit 0' TERM; while :; do sleep 3600 & wait $!; done"],
              volumeMounts: [mount],
            },
          ],
          containers: [
            {
              name: 'testcar',
              image,
              env: [
                { name: 'TESTCAR_SUT_URL', value: `http://${NAME}` },
                { name: 'TESTCAR_RESULTS_DIR', value: '/results' },
              ],
              volumeMounts: [mount],
            },
          ],
        },
      },
    },
  };
  const file = join(place.folder, 'kubectl-job.yaml');
  await writeFile(file, stringify(job));
  await kubectl(bench, place, 'apply', '-f', file);
  await kubectl(bench, place, 'wait', '--for=condition=complete', 'job/testcar', '--timeout=5m');
  await kubectl(bench, place, 'logs', 'job/testcar', '-c', 'testcar');
  const results = await kubectl(bench, place, 'logs', 'job/testcar', '-c', 'results');
  if (!results.includes('<testsuite')) throw new Error(`the kubectl script got no results:\n${results}`);
}

async function kubectl(
  { kubectl: program, cluster }: Bench,
  { namespace, folder }: Place,
  ...args: string[]
): Promise<string> {
  const env = { KUBECONFIG: cluster.kubeconfigPath, HOME: folder };
  const result = await tryRun(program, ['kubectl', '--namespace', namespace, ...args], { env });
  mustSucceed(`kubectl ${args[0]}`, result);
  return result.stdout;
}

function mustSucceed(what: string, { exitCode, stdout, stderr }: CommandResult): void {
  if (exitCode !== 0) throw new Error(`${what} ended with ${exitCode}:\n${stdout}\n${stderr}`);
}

async function goLive({ kube }: Bench, { namespace }: Place, image: string): Promise<void> {
  await kube.create(toObject(await deployment({ image, replicas: 2 }), namespace));
  await kube.create(toObject(await service(), namespace));
  await kube.until('the live revision is available', 'Deployment', namespace, (all) =>
    all.find((each) => numberAt(each, 'status', 'availableReplicas') === 2),
  );
}

/** Medians of several ways to do the same, measured in turns, so that a busy moment of the machine hits all of them. */
async function inTurns<Name extends string>(
  rounds: number,
  ways: Record<Name, () => Promise<number>>,
): Promise<(name: Name) => number> {
  const measured = Object.entries<() => Promise<number>>(ways).map(([name, way]) => ({
    name,
    way,
    times: [] as number[],
  }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { way, times } of measured) times.push(await way());
  }
  return (name) => median(measured.find((each) => each.name === name)?.times ?? []);
}

async function inNamespace<T>({ kube }: Bench, work: (place: Place) => Promise<T>): Promise<T> {
  const namespace = `bench-${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), `${namespace}-`));
  await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await kube.until('the namespace has its ServiceAccount', 'ServiceAccount', namespace, (all) => all[0]);
  try {
    return await work({ namespace, folder });
  } finally {
    await kube.remove('Namespace', undefined, namespace);
    // The next measurement must not share the machine with the end of this one's pods.
    await kube.until('the pods are gone', 'Pod', namespace, (pods) => (pods.length === 0 ? true : undefined));
    await rm(folder, { recursive: true, force: true });
  }
}

function isTerminal(job: JsonObject): boolean {
  return listAt(job, 'status', 'conditions').some(
    (each) => ['Complete', 'Failed'].includes(stringAt(each, 'type') ?? '') && stringAt(each, 'status') === 'True',
  );
}
