import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listAt, numberAt } from '../../../src/core/model/json.ts';
import { type CutProxy, startCutProxy } from '../cut-proxy.ts';
import {
  type During,
  HANGS,
  PASSED,
  type Prepared,
  type Scenarios,
  TESTS_RUN,
  clusterError,
  inconclusive,
} from '../scenario.ts';
import { running } from '../truth.ts';
import { type World, expect } from '../world.ts';

/** Shorter than the grace of a lost API server, and longer than a reconnect at once. */
const SHORT_CUT_MS = 5_000;

/** The grace of the cause, and then the time in which the gate hopes for the server, so that it can still clean up. */
const OUTAGE_MS = 60_000;

async function behindProxy(world: World, during: (proxy: CutProxy) => During): Promise<Prepared> {
  const proxy = await startCutProxy(world.setup.kubeconfig, join(world.folder, 'cut.kubeconfig'));
  world.atEnd(() => proxy.close());
  return { options: { kubeconfig: proxy.kubeconfig }, during: during(proxy) };
}

async function sutRuns({ kube, namespace }: World): Promise<void> {
  const { kind, isIn } = running('sut');
  await kube.until('the new revision runs', kind, namespace, (there, gone) => isIn(there, gone) || undefined);
}

/** Nobody can clean up without the API server: the Job must end, and go, by itself. */
async function expectSafetyNets({ kube, namespace }: World): Promise<void> {
  for (const job of await kube.list('Job', namespace)) {
    expect(numberAt(job, 'spec', 'activeDeadlineSeconds')).toBeGreaterThan(0);
    expect(numberAt(job, 'spec', 'ttlSecondsAfterFinished')).toBeGreaterThan(0);
  }
}

/** The way to the API server is cut, as a firewall or a dead load balancer does it. */
export const API_CUT: Scenarios = {
  title: 'the way to the API server:',
  scenarios: [
    {
      name: 'it is not there from the start',
      fault: 'a kubeconfig whose server nobody listens for',
      async prepare(world) {
        const text = await readFile(world.setup.kubeconfig, 'utf8');
        const kubeconfig = join(world.folder, 'other-server.kubeconfig');
        const server = `https://127.0.0.1:${await closedPort()}`;
        await writeFile(kubeconfig, text.replaceAll(/server: .*/g, `server: ${server}`), { mode: 0o600 });
        return { options: { kubeconfig } };
      },
      expected: clusterError('ApiUnreachable'),
      observable: 'start',
      // Nothing is deployed yet, so nothing is lost by giving up at once.
      graceMs: 0,
      names: ['ECONNREFUSED', 'nothing was deployed'],
    },
    {
      name: 'it goes away while the new revision starts',
      fault: 'every connection reset, new ones refused, for good',
      sut: () => ({ env: { QUOTES_START_DELAY: '5m' } }),
      prepare: (world) =>
        behindProxy(world, (proxy) => async ({ happened }) => {
          await sutRuns(world);
          proxy.cut();
          happened();
        }),
      expected: clusterError('ApiUnreachable'),
      observable: 'act',
      graceMs: OUTAGE_MS,
      names: ['ECONNRESET'],
      left: 'unknown',
    },
    {
      name: 'it goes away while the tests run',
      fault: 'every connection reset, new ones refused, for good',
      testcar: () => ({ fault: 'hang' }),
      prepare: (world) =>
        behindProxy(world, (proxy) => async ({ gate, happened }) => {
          await gate.said(HANGS);
          proxy.cut();
          happened();
        }),
      expected: clusterError('ApiUnreachable'),
      observable: 'act',
      graceMs: OUTAGE_MS,
      names: [
        'ECONNRESET',
        // Nobody looks at a silent log for a minute.
        'waiting for the API server to answer',
        'closed: CLUSTER_ERROR ApiUnreachable',
        /cleaning up: tried until \d\d:\d\d:\d\dZ/,
      ],
      left: 'unknown',
      also: async (_, world) => {
        expect(listAt({ jobs: await world.kube.list('Job', world.namespace) }, 'jobs')).toHaveLength(1);
        await expectSafetyNets(world);
      },
    },
    {
      name: 'it goes away, and meanwhile somebody replaces the Job',
      fault: 'a cut, and a Job of the same name made by hand before it ends',
      testcar: () => ({ fault: 'hang' }),
      prepare: (world) =>
        behindProxy(world, (proxy) => async ({ gate, happened }) => {
          await gate.said(HANGS);
          proxy.cut();
          await replaceJob(world);
          happened();
          proxy.mend();
        }),
      expected: inconclusive('JobNotOurs'),
      observable: 'act',
      names: [/job\/quote-service-\S+/, /UID \S+-\S+/],
      left: 'unknown',
      also: async (_, { kube, namespace }) => {
        expect(await kube.names('Job', namespace), 'what somebody else made must stay').toHaveLength(1);
      },
    },
    {
      name: 'a short cut while the new revision starts does not close the gate',
      fault: `every connection reset, new ones refused, for ${SHORT_CUT_MS / 1000} s`,
      sut: () => ({ env: { QUOTES_START_DELAY: '8s' } }),
      prepare: (world) =>
        behindProxy(world, (proxy) => async ({ happened }) => {
          await sutRuns(world);
          proxy.cut();
          happened();
          await delay(SHORT_CUT_MS);
          proxy.mend();
        }),
      expected: PASSED,
      observable: 'act',
      names: [],
    },
    {
      name: 'a short cut while the tests run does not close the gate',
      fault: `every connection reset, new ones refused, for ${SHORT_CUT_MS / 1000} s`,
      testcar: () => ({ fault: 'pause=1s' }),
      prepare: (world) =>
        behindProxy(world, (proxy) => async ({ gate, happened }) => {
          await gate.said(TESTS_RUN);
          proxy.cut();
          happened();
          await delay(SHORT_CUT_MS);
          proxy.mend();
        }),
      expected: PASSED,
      observable: 'act',
      names: [],
      also: async (run) => {
        // The log was opened again in between: each line of testcar must be there once.
        expect(run.output.match(/ok +load: 50 customers/g)).toHaveLength(1);
      },
    },
    {
      name: 'one reset of every connection does not close the gate',
      fault: 'every connection reset once',
      testcar: () => ({ fault: 'pause=300ms' }),
      prepare: (world) =>
        behindProxy(world, (proxy) => async ({ gate, happened }) => {
          await gate.said(TESTS_RUN);
          const before = proxy.connections();
          proxy.cut();
          proxy.mend();
          happened();
          await gate.ended;
          expect(proxy.connections()).toBeGreaterThan(before);
        }),
      expected: PASSED,
      observable: 'act',
      names: [],
      also: async (run) => {
        expect(run.output.match(/ok +load: 50 customers/g)).toHaveLength(1);
      },
    },
  ],
};

async function replaceJob({ kube, namespace, images }: World): Promise<void> {
  const [name = ''] = await kube.names('Job', namespace);
  await kube.remove('Job', namespace, name);
  await kube.until('the Job is gone', 'Job', namespace, (jobs) => (jobs.length === 0 ? true : undefined));
  const containers = [{ name: 'testcar', image: images.testcar, command: ['true'] }];
  await kube.create({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace },
    spec: { template: { spec: { restartPolicy: 'Never', containers } } },
  });
}

/** A port that was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return address.port;
}
