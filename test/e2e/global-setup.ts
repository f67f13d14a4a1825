import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type ExampleImages, pushExampleImages } from '../../scripts/example-images.ts';
import { clusterForTests } from '../cluster/cluster-for-tests.ts';
import { run } from '../cluster/commands.ts';
import { release, repository } from './front-ends.ts';
import { Kube } from './kube.ts';
import { newMatrixFile, tellMatrix } from './matrix-rows.ts';

/** What all e2e tests share; nothing of it changes during a run. */
export type E2eSetup = {
  kubeconfig: string;
  context: string | undefined;
  images: ExampleImages;
  /** A copy of the bundles. */
  released: string;
  registry: string;
  /** Our own cluster: users can be made, and requests counted. */
  owned: boolean;
  /** Value of label `testcar-gate/e2e` of the namespaces of this test run; another run's are not waited for. */
  testRun: string;
  /** Where the scenarios of this test run write their rows of the fault matrix. */
  matrixFile: string;
};

declare module 'vitest' {
  export interface ProvidedContext {
    e2e: E2eSetup;
  }
}

/** Starts the cluster, builds and pushes the images, and bundles the front ends, each only where needed. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await clusterForTests();
  const registry = cluster.owned ? cluster.registry : process.env['TESTCAR_GATE_TEST_REGISTRY'];
  if (registry === undefined) {
    throw new Error(
      'tests on another cluster need TESTCAR_GATE_TEST_REGISTRY: a registry to push to, that its nodes can pull from',
    );
  }
  const [images] = await Promise.all([pushExampleImages(registry), bundleIfStale()]);
  const { kubeconfigPath: kubeconfig, context } = cluster;
  const released = await release(await mkdtemp(join(tmpdir(), 'testcar-gate-released-')));
  const testRun = randomBytes(4).toString('hex');
  const matrixFile = await newMatrixFile(testRun);
  const owned = cluster.owned;
  project.provide('e2e', { kubeconfig, context, images, released, registry, owned, testRun, matrixFile });
  const kube = await Kube.connect(kubeconfig, context);
  return async () => {
    await rm(released, { recursive: true, force: true });
    await removeNamespaces(kube, testRun);
    // Last, because it throws when a row of the matrix is not as it should be.
    await tellMatrix(matrixFile);
  };
}

/** Tests delete their namespace without waiting; here all are waited for at once, so that nothing stays behind. */
async function removeNamespaces(kube: Kube, testRun: string): Promise<void> {
  const ours = { labelSelector: `testcar-gate/e2e=${testRun}` };
  await kube.until(
    'the namespaces of the tests are gone',
    'Namespace',
    undefined,
    (all) => (all.length === 0 ? true : undefined),
    ours,
  );
}

/** The bundles are what is tested: after a change of the sources the old ones would be tested in silence. */
export async function bundleIfStale(): Promise<void> {
  const bundles = ['dist/cli', 'dist/vsix/task', 'dist/action'].map((name) => join(repository, name));
  const sources = ['src', 'task', 'package.json', 'package-lock.json', 'task.json', 'action.yml', 'scripts/build.ts'];
  const newest = Math.max(...(await Promise.all(sources.map((name) => newestIn(join(repository, name))))));
  const oldest = Math.min(...(await Promise.all(bundles.map((name) => newestIn(name)))));
  if (oldest < newest) await run('npm', ['run', '--silent', 'build'], { cwd: repository });
}

async function newestIn(path: string): Promise<number> {
  if (!existsSync(path)) return 0;
  const found = await stat(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = (await readdir(path, { withFileTypes: true })).map((entry) => newestIn(join(path, entry.name)));
  return Math.max(0, ...(await Promise.all(inside)));
}
