import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, inject } from 'vitest';
import type { Cause } from '../../src/core/causes/index.ts';
import type { VerdictClass } from '../../src/core/model/evidence.ts';
import { type JsonObject, listAt, numberAt, objectAt, stringAt, stringMapAt } from '../../src/core/model/json.ts';
import {
  type SutChanges,
  type TestcarChanges,
  deployment,
  NAME,
  service,
  testcarJob,
  toObject,
  write,
} from './example-manifests.ts';
import { type FrontEnd, type Inputs, type NodeVersion, START } from './front-ends.ts';
import { type GateRun, type RunningGate, junitOf, lastLine, outcomeOf, startGate } from './gate-process.ts';
import { Kube } from './kube.ts';
import type { E2eSetup } from './global-setup.ts';

export type RunOptions = {
  frontEnd?: FrontEnd;
  node?: NodeVersion;
  kubeconfig?: string;
  /** The same word again is the same pipeline run. */
  run?: string;
  /** Further environment of the process. */
  env?: Readonly<Record<string, string>>;
};

/** A namespace of one test, with what the test needs to act in it. */
export class World {
  readonly namespace: string;
  readonly folder: string;
  readonly kube: Kube;
  readonly setup: E2eSetup;
  readonly #gates: RunningGate[] = [];
  readonly #atEnd: (() => Promise<unknown>)[] = [];

  constructor(namespace: string, folder: string, kube: Kube, setup: E2eSetup) {
    this.namespace = namespace;
    this.folder = folder;
    this.kube = kube;
    this.setup = setup;
  }

  get images(): E2eSetup['images'] {
    return this.setup.images;
  }

  /** Manifest files of the SUT. */
  async sut(changes: Partial<SutChanges> = {}): Promise<{ manifests: readonly string[] }> {
    const files = [
      await write(this.folder, 'deployment.yaml', await deployment({ image: this.images.good, ...changes })),
      await write(this.folder, 'service.yaml', await service()),
    ];
    return { manifests: files };
  }

  /** Manifest file of testcar. */
  async testcar(changes: Partial<TestcarChanges> = {}): Promise<{ testcarManifest: string }> {
    return {
      testcarManifest: await write(
        this.folder,
        'job.yaml',
        await testcarJob({ image: this.images.testcar, ...changes }),
      ),
    };
  }

  /** Puts the live revision and its Service into the namespace and waits until it serves. */
  async goLive(changes: Partial<SutChanges> = {}): Promise<LiveState> {
    await this.kube.create(toObject(await deployment({ image: this.images.live, ...changes }), this.namespace));
    await this.kube.create(toObject(await service(), this.namespace));
    await this.kube.until('the live revision is available', 'Deployment', this.namespace, (all) =>
      all.find((each) => numberAt(each, 'status', 'availableReplicas') === numberAt(each, 'spec', 'replicas')),
    );
    return this.live();
  }

  /** What serves now; a test compares it with what served before. */
  async live(): Promise<LiveState> {
    const [live, pods] = await Promise.all([
      this.kube.get('Deployment', this.namespace, NAME),
      this.kube.list('Pod', this.namespace, `app.kubernetes.io/name=${NAME}`),
    ]);
    const serving = pods.filter((pod) => stringAt(pod, 'metadata', 'deletionTimestamp') === undefined);
    return {
      uid: stringAt(live, 'metadata', 'uid'),
      template: objectAt(live, 'spec', 'template'),
      pods: serving.map((pod) => `${stringAt(pod, 'metadata', 'name')} ${imageOf(pod)}`).sort(),
    };
  }

  async start(inputs: Inputs, options: RunOptions = {}): Promise<RunningGate> {
    const number = this.#gates.length + 1;
    const reportDir = join(this.folder, `report-${number}`);
    const { kubeconfig, context, released } = this.setup;
    const start = await START[options.frontEnd ?? 'cli']({
      released,
      folder: this.folder,
      inputs: { namespace: this.namespace, reportDir, ...inputs },
      kubeconfig: options.kubeconfig ?? kubeconfig,
      context,
      run: options.run ?? `${this.namespace}-${number}`,
    });
    const gate = startGate(options.node ?? 'node20', { ...start, env: { ...start.env, ...options.env } }, reportDir);
    this.#gates.push(gate);
    return gate;
  }

  /** The host's post step after the main step of `gate` has ended in whatever way. */
  async post(gate: RunningGate): Promise<GateRun> {
    const { output, reportDir } = await gate.ended;
    const start = await gate.start.post?.(output);
    if (start === undefined) throw new Error('this front end has no post step');
    return startGate('node20', start, reportDir).ended;
  }

  /** Puts back, when the test is over in whatever way, what it changed outside of its namespace. */
  atEnd(putBack: () => Promise<unknown>): void {
    this.#atEnd.push(putBack);
  }

  /** No gate outlives its test, even when the test fails half-way. */
  async end(): Promise<void> {
    for (const gate of this.#gates) gate.kill('SIGKILL');
    for (const putBack of this.#atEnd.reverse()) await putBack();
  }

  async gate(inputs: Inputs, options: RunOptions = {}): Promise<GateRun> {
    return (await this.start(inputs, options)).ended;
  }

  /** Names of all Deployments, Services and Jobs: what a gate must leave exactly as it found it. */
  async inventory(): Promise<readonly string[]> {
    const kinds = ['Deployment', 'Service', 'Job'] as const;
    const names = await Promise.all(
      kinds.map(async (kind) => (await this.kube.names(kind, this.namespace)).map((name) => `${kind}/${name}`)),
    );
    return names.flat();
  }

  /** Nothing that a gate made is left: objects at once, their pods as soon as the garbage collector has been there. */
  async expectClean(inventory: readonly string[]): Promise<void> {
    expect(await this.inventory()).toEqual(inventory);
    await this.kube.until('the pods of the run are gone', 'Pod', this.namespace, (pods) =>
      pods.every((pod) => stringMapAt(pod, 'metadata', 'labels')['testcar-gate/run'] === undefined) ? true : undefined,
    );
  }
}

export type LiveState = { uid: string | undefined; template: JsonObject; pods: readonly string[] };

export const LIVE_ONLY = [`Deployment/${NAME}`, `Service/${NAME}`];

/** The image that the container runs, as the runtime names it. */
export function imageOf(pod: JsonObject): string {
  return stringAt(listAt(pod, 'status', 'containerStatuses')[0], 'imageID') ?? 'not started';
}

export type Expected = { exitCode: number; class: VerdictClass; cause?: Cause };

/** Asserts how a run ended, and that everything a person or a machine reads of it says the same. */
export async function expectOutcome(run: GateRun, expected: Expected): Promise<void> {
  // The summary of all tests shows the first line of a message only.
  expect(await outcomeOf(run), `${lastLine(run)}\n${run.output}`).toEqual({ cause: undefined, ...expected });
  expect(lastLine(run)).toContain(`TESTCAR GATE: ${[expected.class, expected.cause ?? ''].join(' ').trim()}`);
  const { tests, failures, errors } = await junitOf(run);
  expect(tests).toBeGreaterThan(0);
  // The test tab of a pull request must be red whenever the gate is closed, even if no test ever ran.
  expect(failures + errors > 0).toBe(expected.class !== 'PASSED');
}

/** A new namespace, named after the test, and a folder; `remove` takes away both and ends what was started in it. */
export async function makeWorld(testName: string): Promise<{ world: World; remove: () => Promise<void> }> {
  const setup = inject('e2e');
  const kube = await Kube.connect(setup.kubeconfig, setup.context);
  const word = testName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 30)
    .replace(/-$/, '');
  const namespace = `e2e-${word}-${randomBytes(3).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), `${namespace}-`));
  await kube.create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { 'testcar-gate/e2e': setup.testRun } },
  });
  // Pods are refused until the controller has made it.
  await kube.until('the namespace has its ServiceAccount', 'ServiceAccount', namespace, (all) => all[0]);
  const world = new World(namespace, folder, kube, setup);
  const remove = async (): Promise<void> => {
    try {
      await world.end();
    } finally {
      await kube.remove('Namespace', undefined, namespace);
      await rm(folder, { recursive: true, force: true });
    }
  };
  return { world, remove };
}

export const test = base.extend<{ world: World }>({
  world: async ({ task }, use) => {
    const { world, remove } = await makeWorld(task.name);
    try {
      await use(world);
    } finally {
      await remove();
    }
  },
});

export { expect } from 'vitest';
