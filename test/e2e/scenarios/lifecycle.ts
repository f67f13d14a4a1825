import { type JsonObject, objectAt, stringAt, stringMapAt } from '../../../src/core/model/json.ts';
import type { FrontEnd } from '../front-ends.ts';
import {
  HANGS,
  type Prepared,
  type Scenario,
  type Scenarios,
  cancelled,
  configError,
  testFailed,
} from '../scenario.ts';
import { condition, jobEnded, running } from '../truth.ts';
import { LIVE_ONLY, type World, expect } from '../world.ts';

/** After that the agents of Azure and GitHub send SIGTERM, and 2.5 s later SIGKILL. */
const BUDGET_MS = 7_500;

const SIGNALS = [
  { signal: 'SIGINT', exitCode: 130 },
  { signal: 'SIGTERM', exitCode: 143 },
  { signal: 'SIGHUP', exitCode: 143 },
] as const;

const stopped = SIGNALS.flatMap(({ signal, exitCode }): readonly Scenario[] => [
  {
    name: `${signal} while deploying`,
    fault: `${signal} while the new revision starts`,
    live: true,
    sut: () => ({ env: { QUOTES_START_DELAY: '5m' } }),
    async during({ gate, world, happened }) {
      const { kind, isIn } = running('sut');
      await world.kube.until('it runs', kind, world.namespace, (there, gone) => isIn(there, gone) || undefined);
      gate.kill(signal);
      happened();
    },
    expected: cancelled(exitCode),
    observable: 'act',
    limitMs: BUDGET_MS,
    names: [],
  },
  {
    name: `${signal} while testing`,
    fault: `${signal} while the tests run`,
    live: true,
    testcar: () => ({ fault: 'hang' }),
    async during({ gate, happened }) {
      await gate.said(HANGS);
      gate.kill(signal);
      happened();
    },
    expected: cancelled(exitCode),
    observable: 'act',
    limitMs: BUDGET_MS,
    names: [],
  },
]);

const inPlace: Scenario = {
  name: 'SIGINT while testing in-place',
  fault: 'SIGINT while the tests run against the live Deployment',
  testcar: () => ({ fault: 'hang' }),
  inputs: { mode: 'in-place' },
  async prepare(world) {
    const { template } = await world.goLive();
    return {
      async during({ gate, happened }) {
        await gate.said(HANGS);
        expect((await world.live()).template).not.toEqual(template);
        gate.kill('SIGINT');
        happened();
        await gate.ended;
        expect((await world.live()).template, 'the revision of before must be back').toEqual(template);
      },
    };
  },
  expected: cancelled(130),
  observable: 'act',
  limitMs: BUDGET_MS,
  names: [],
  left: LIVE_ONLY,
};

const killed = (frontEnd: Exclude<FrontEnd, 'cli'>): Scenario => ({
  name: `SIGKILL while testing: the post step of ${frontEnd} removes what is left`,
  fault: 'SIGKILL of the main step while the tests run',
  live: true,
  testcar: () => ({ fault: 'hang' }),
  prepare: async (): Promise<Prepared> => ({ options: { frontEnd } }),
  async during({ gate, world, happened }) {
    await gate.said(HANGS);
    gate.kill('SIGKILL');
    happened();
    await gate.ended;
    expect(await world.inventory()).not.toEqual(LIVE_ONLY);
    const post = await world.post(gate);
    expect(post.exitCode, post.output).toBe(0);
  },
  expected: 'killed',
  observable: 'act',
  names: [],
});

const olderJobs: readonly Scenario[] = [
  {
    name: 'a Job of an earlier deployment, finished and green, does not count',
    fault: 'before the second try of a run a green Job with its name and labels is put there',
    sut: ({ images }) => ({ image: images.bad }),
    async prepare(world) {
      const inputs = { ...(await world.sut({ image: world.images.bad })), ...(await world.testcar()) };
      const first = await world.start(inputs, { run: 'same' });
      const made = await world.kube.until('the Job was made', 'Job', world.namespace, (jobs) => jobs[0]);
      await first.ended;
      await leaveGreenJob(world, made, stringMapAt(made, 'metadata', 'labels'));
      return { options: { run: 'same' } };
    },
    expected: testFailed('TestsFailed'),
    observable: jobEnded('Failed'),
    names: ['adds half for express'],
  },
  {
    name: 'a Job of somebody else with the same name is refused and left alone',
    fault: 'a green Job with the name that the gate needs, of another owner',
    async prepare(world) {
      const inputs = { ...(await world.sut()), ...(await world.testcar()) };
      const first = await world.start(inputs, { run: 'same' });
      const made = await world.kube.until('the Job was made', 'Job', world.namespace, (jobs) => jobs[0]);
      first.kill('SIGINT');
      await first.ended;
      await leaveGreenJob(world, made, { 'app.kubernetes.io/managed-by': 'somebody-else' });
      return { options: { run: 'same' } };
    },
    expected: configError('AdoptionRefused'),
    observable: 'start',
    names: [/job\/quote-service-\S+/],
    left: 'unknown',
    also: async (_, world) => {
      expect((await world.inventory()).map((name) => name.split('/')[0])).toEqual(['Job']);
    },
  },
];

/** A Job of the same name that finished green at once, with the labels that are given and no trace of a test. */
async function leaveGreenJob(
  { kube, namespace, images }: World,
  made: JsonObject,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const gone = (jobs: readonly JsonObject[]) => (jobs.length === 0 ? true : undefined);
  await kube.until('the first Job is gone', 'Job', namespace, gone);
  const { restartPolicy } = objectAt(made, 'spec', 'template', 'spec');
  const containers = [{ name: 'testcar', image: images.testcar, command: ['true'] }];
  await kube.create({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: stringAt(made, 'metadata', 'name') ?? '',
      namespace,
      labels,
      annotations: labels['testcar-gate/run'] === undefined ? {} : stringMapAt(made, 'metadata', 'annotations'),
    },
    spec: { template: { metadata: { labels }, spec: { restartPolicy, containers } } },
  });
  await kube.until('it is green', 'Job', namespace, (jobs) => jobs.find((job) => condition(job, 'Complete', 'True')));
}

/** The life of the gate itself: stopped, killed, and what earlier tries left behind. */
export const LIFECYCLE: Scenarios = {
  title: 'the gate itself:',
  scenarios: [...stopped, inPlace, killed('azure'), killed('github'), ...olderJobs],
};
