import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import process from 'node:process';
import { numberAt, stringAt } from '../src/core/model/json.ts';
import { type TestCluster, clusterForTests } from '../test/cluster/cluster-for-tests.ts';
import { NAME, deployment, service, testcarJob, toObject, write } from '../test/e2e/example-manifests.ts';
import { cliIn, repository } from '../test/e2e/front-ends.ts';
import { Kube } from '../test/e2e/kube.ts';
import { type ExampleImages, VERSIONS, pushExampleImages } from './example-images.ts';

const NAMESPACE = 'testcar-demo';
const folder = join(repository, '.cache', 'demo');

type Run = {
  title: string;
  story: string;
  image: keyof ExampleImages;
  fault?: string;
  expected: { class: string; exitCode: number; servesAfterwards: string };
};

const RUNS: readonly Run[] = [
  {
    title: 'a good revision',
    story: `${VERSIONS.good} is tested beside ${VERSIONS.live}; the gate opens and promotes it`,
    image: 'good',
    expected: { class: 'PASSED', exitCode: 0, servesAfterwards: VERSIONS.good },
  },
  {
    title: 'a revision with a bug',
    story: `${VERSIONS.bad} forgets the express surcharge; the gate closes and ${VERSIONS.good} goes on serving`,
    image: 'bad',
    expected: { class: 'TEST_FAILED', exitCode: 1, servesAfterwards: VERSIONS.good },
  },
  {
    title: 'a broken testcar',
    story: `the revision is good, but testcar itself crashes: no proof, so the gate closes and says whose fault it is`,
    image: 'good',
    fault: 'panic',
    expected: { class: 'TESTCAR_ERROR', exitCode: 3, servesAfterwards: VERSIONS.good },
  },
];

type Outcome = { run: Run; actual: Run['expected']; cause: string; seconds: number; reportDir: string };

const cluster = await clusterForTests();
const kube = await Kube.connect(cluster.kubeconfigPath, cluster.context);
heading('Preparing');
say('images of the example: quote-service (three revisions) and quote-testcar');
const images = await pushExampleImages(registryOf(cluster));
await goLive();
const outcomes: Outcome[] = [];
for (const [index, run] of RUNS.entries()) {
  heading(`Run ${index + 1} of ${RUNS.length}: ${run.title}`);
  say(run.story);
  outcomes.push(await runGate(run, `run-${index + 1}`));
}
summarise(outcomes);
process.exitCode = outcomes.every(isAsExpected) ? 0 : 1;

/** Namespace from scratch with the live revision in it; what the demo leaves is for a person to look at. */
async function goLive(): Promise<void> {
  say(`namespace ${NAMESPACE} from scratch, with quote-service ${VERSIONS.live} live in it`);
  await kube.remove('Namespace', undefined, NAMESPACE);
  await kube.until(`namespace ${NAMESPACE} is gone`, 'Namespace', undefined, (all) =>
    all.some((each) => stringAt(each, 'metadata', 'name') === NAMESPACE) ? undefined : true,
  );
  await kube.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await kube.until('the namespace has its ServiceAccount', 'ServiceAccount', NAMESPACE, (all) => all[0]);
  await kube.create(toObject(await deployment({ image: images.live, replicas: 2 }), NAMESPACE));
  await kube.create(toObject(await service(), NAMESPACE));
  await kube.until(`quote-service ${VERSIONS.live} is available`, 'Deployment', NAMESPACE, (all) =>
    all.find((each) => numberAt(each, 'status', 'availableReplicas') === 2),
  );
}

async function runGate(run: Run, name: string): Promise<Outcome> {
  const inputs = join(folder, name);
  const reportDir = join(repository, 'testcar-gate-report', name);
  await rm(inputs, { recursive: true, force: true });
  await rm(reportDir, { recursive: true, force: true });
  await mkdir(inputs, { recursive: true });
  const job = await testcarJob({ image: images.testcar, ...(run.fault === undefined ? {} : { fault: run.fault }) });
  const args = [
    'run',
    `--namespace=${NAMESPACE}`,
    `--manifests=${await write(inputs, 'deployment.yaml', await deployment({ image: images[run.image], replicas: 2 }))}`,
    `--manifests=${await write(inputs, 'service.yaml', await service())}`,
    `--testcar-manifest=${await write(inputs, 'testcar-job.yaml', job)}`,
    `--report-dir=${reportDir}`,
    `--pipeline-run=demo-${name}-${Date.now()}`,
    ...(cluster.context === undefined ? [] : [`--context=${cluster.context}`]),
  ];
  say(`testcar-gate ${args.map((arg) => arg.replaceAll(`${repository}`, '')).join(' ')}\n`);
  const startedAt = performance.now();
  const exitCode = await gate(args);
  const seconds = (performance.now() - startedAt) / 1000;
  const verdict = await readVerdict(join(reportDir, 'verdict.json'));
  const actual = {
    class: stringAt(verdict, 'verdict', 'class') ?? 'no verdict',
    exitCode,
    servesAfterwards: await liveVersion(),
  };
  const cause = stringAt(verdict, 'verdict', 'finding', 'cause') ?? '';
  return { run, actual, cause, seconds, reportDir: relative(repository, reportDir) };
}

function gate(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, KUBECONFIG: cluster.kubeconfigPath };
    const child = spawn(process.execPath, [cliIn(repository), ...args], {
      cwd: repository,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    // demo.mjs signals the whole process group: the gate has heard it too and cleans up; then this script ends as well.
    const onStop = () => undefined;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onStop);
    child.on('error', reject);
    child.on('close', (code) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onStop);
      if (code === 130 || code === 143) process.exit(code);
      resolve(code ?? 1);
    });
  });
}

async function readVerdict(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => 'null');
  return JSON.parse(text);
}

/** Asks the live Service, through the API server, what it serves. */
async function liveVersion(): Promise<string> {
  const answer = await kube.send('GET', `/api/v1/namespaces/${NAMESPACE}/services/${NAME}:http/proxy/version`);
  return stringAt(answer.body, 'version') ?? `no answer (${answer.status})`;
}

function isAsExpected({ run: { expected }, actual }: Outcome): boolean {
  return (
    actual.class === expected.class &&
    actual.exitCode === expected.exitCode &&
    actual.servesAfterwards === expected.servesAfterwards
  );
}

function summarise(all: readonly Outcome[]): void {
  heading('Summary');
  const rows = all.map((outcome) => [
    isAsExpected(outcome) ? 'ok' : 'WRONG',
    outcome.run.title,
    outcome.run.expected.class,
    [outcome.actual.class, outcome.cause].join(' ').trim(),
    String(outcome.actual.exitCode),
    outcome.actual.servesAfterwards,
    outcome.seconds.toFixed(1),
    outcome.reportDir,
  ]);
  table(['', 'run', 'expected', 'verdict', 'exit', 'live now', 'seconds', 'report'], rows);
  const stop = cluster.owned ? '; stop the cluster: npm run cluster -- down' : '';
  console.log(`\nlook around: npm run cluster -- kubectl -n ${NAMESPACE} get all${stop}`);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  for (const row of [header, ...rows]) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

function heading(text: string): void {
  console.log(`\n=== ${text} ${'='.repeat(Math.max(0, 100 - text.length))}`);
}

function say(text: string): void {
  console.log(text);
}

function registryOf(owner: TestCluster): string {
  const registry = owner.owned ? owner.registry : process.env['TESTCAR_GATE_TEST_REGISTRY'];
  if (registry !== undefined) return registry;
  throw new Error(
    'another cluster needs TESTCAR_GATE_TEST_REGISTRY: a registry to push to, that its nodes can pull from',
  );
}
