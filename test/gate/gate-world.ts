import { createHash } from 'node:crypto';
import type { JsonObject } from '../../src/core/model/json.ts';
import type { Options } from '../../src/core/options/options.ts';
import { parseOptions } from '../../src/core/options/parse.ts';
import type { RawInputs } from '../../src/core/options/options.ts';
import type { Report } from '../../src/core/report/report.ts';
import type { GateInput } from '../../src/gate/input.ts';
import { runGate } from '../../src/gate/run.ts';
import { NAMESPACE, SUT_IMAGE, TESTCAR_IMAGE } from '../fakes/builders.ts';
import { type Fakes, makeFakes } from '../fakes/make-fakes.ts';

export const LIVE: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: NAMESPACE, labels: { app: 'web' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: SUT_IMAGE, ports: [{ containerPort: 8080 }] }] },
    },
  },
};

export const SERVICE: JsonObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: NAMESPACE },
  spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
};

const JOB: JsonObject = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'testcar', namespace: NAMESPACE },
  spec: { template: { spec: { containers: [{ name: 'testcar', image: TESTCAR_IMAGE, command: ['/testcar'] }] } } },
};

export function options(over: RawInputs = {}): Options {
  const parsed = parseOptions(
    {
      manifests: ['web.yaml'],
      testcarManifest: 'testcar.yaml',
      namespace: NAMESPACE,
      pipelineRun: 'build-1',
      attempt: '1',
      ...over,
    },
    'cli',
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.options;
}

export function input(over: RawInputs = {}): GateInput {
  const parsed = options(over);
  return {
    options: parsed,
    namespace: NAMESPACE,
    manifests: parsed.mode === 'observe' ? undefined : { deployment: LIVE, others: [SERVICE] },
    testcarJob: JOB,
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    gateVersion: 'test',
    spelling: (name) => name,
  };
}

/** A cluster in which everything goes well: roll-outs take 2 s, the tests 5 s. Scripts of a test come on top. */
export function goodWorld(): Fakes {
  const fakes = makeFakes();
  const { cluster } = fakes;
  for (const verb of ['create', 'apply'] as const) {
    cluster.on(verb, 'Deployment', (world, object) => {
      world.after(2_000, () => {
        world.rollOut(object, verb === 'apply' ? { hash: '77aa' } : {});
      });
    });
  }
  return fakes;
}

export function testsPass({ cluster }: Fakes): void {
  cluster.on('create', 'Job', (world, object) => {
    world.startJob(object);
    world.after(5_000, () => {
      world.finishJob(object);
    });
  });
}

/** Runs the gate to its end in fake time. */
export async function run(fakes: Fakes, over: RawInputs = {}, cancel = new AbortController()): Promise<Report> {
  return fakes.clock.run(runGate(input(over), fakes.ports, cancel.signal));
}
