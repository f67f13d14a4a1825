import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe } from 'vitest';
import { parseAllDocuments, parseDocument } from 'yaml';
import {
  type JsonObject,
  isObject,
  listAt,
  numberAt,
  objectAt,
  stringAt,
  stringMapAt,
} from '../../src/core/model/json.ts';
import { mintUser } from '../cluster/users.ts';
import { startCutProxy } from './cut-proxy.ts';
import { repository } from './front-ends.ts';
import { LIVE_ONLY, type World, expect, expectOutcome, test } from './world.ts';

const HANG = /waits for something that never comes/;

describe('the API server', () => {
  test('that is not there is named at once', async ({ world }) => {
    const kubeconfig = await kubeconfigWithServer(world, `https://127.0.0.1:${await closedPort()}`);
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()) }, { kubeconfig });

    await expectOutcome(run, { exitCode: 4, class: 'CLUSTER_ERROR', cause: 'ApiUnreachable' });
    await world.expectClean([]);
  });

  test('that refuses the credentials is named before anything is deployed', async ({ world }) => {
    const config = parseDocument(await readFile(world.setup.kubeconfig, 'utf8'));
    config.set('users', [{ name: 'nobody', user: { token: 'this-token-is-not-valid' } }]);
    config.setIn(['contexts', 0, 'context', 'user'], 'nobody');
    const kubeconfig = join(world.folder, 'bad-token.kubeconfig');
    await writeFile(kubeconfig, config.toString(), { mode: 0o600 });
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()) }, { kubeconfig });

    await expectOutcome(run, { exitCode: 64, class: 'CONFIG_ERROR', cause: 'CredentialsRejected' });
    expect(run.output).not.toContain('this-token-is-not-valid');
    await world.expectClean([]);
  });

  test('that goes away while the tests run closes the gate', async ({ world }) => {
    const proxy = await startCutProxy(world.setup.kubeconfig, join(world.folder, 'cut.kubeconfig'));
    try {
      const inputs = { ...(await world.sut()), ...(await world.testcar({ fault: 'hang' })) };
      const gate = await world.start(inputs, { kubeconfig: proxy.kubeconfig });
      await gate.said(HANG);
      proxy.cut();
      const run = await gate.ended;

      await expectOutcome(run, { exitCode: 4, class: 'CLUSTER_ERROR', cause: 'ApiUnreachable' });
      // Nobody can clean up without the API server: the Job must end, and go, by itself.
      const [job] = await world.kube.list('Job', world.namespace);
      expect(numberAt(job, 'spec', 'activeDeadlineSeconds')).toBeGreaterThan(0);
      expect(numberAt(job, 'spec', 'ttlSecondsAfterFinished')).toBeGreaterThan(0);
    } finally {
      await proxy.close();
    }
  });

  test('may drop every connection once, and the run still passes', async ({ world }) => {
    const proxy = await startCutProxy(world.setup.kubeconfig, join(world.folder, 'cut.kubeconfig'));
    try {
      const inputs = { ...(await world.sut()), ...(await world.testcar({ fault: 'pause=300ms' })) };
      const gate = await world.start(inputs, { kubeconfig: proxy.kubeconfig });
      await gate.said(/tests http/);
      const before = proxy.connections();
      proxy.cut();
      proxy.mend();
      const run = await gate.ended;

      expect(proxy.connections()).toBeGreaterThan(before);
      await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
      // The log was opened again in between: each line of testcar must be there once.
      expect(run.output.match(/ok +load: 50 customers/g)).toHaveLength(1);
      await world.expectClean(LIVE_ONLY);
    } finally {
      await proxy.close();
    }
  });
});

test('a namespace that is not there is wrong input', async ({ world }) => {
  const inputs = { ...(await world.sut()), ...(await world.testcar()), namespace: `${world.namespace}-not` };
  const run = await world.gate(inputs);

  await expectOutcome(run, { exitCode: 64, class: 'CONFIG_ERROR', cause: 'NamespaceMissing' });
  await world.expectClean([]);
});

describe('permissions', () => {
  test('of examples/rbac.yaml are enough', async ({ world, skip }) => {
    if (!world.setup.owned) skip('users can be made only on our own cluster');
    const kubeconfig = await userWithRole(world, (rules) => rules);
    await world.goLive();
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()) }, { kubeconfig });

    await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
    await world.expectClean(LIVE_ONLY);
  });

  test('that are missing are all named, and nothing is deployed', async ({ world, skip }) => {
    if (!world.setup.owned) skip('users can be made only on our own cluster');
    const kubeconfig = await userWithRole(world, (rules) =>
      rules
        .filter((rule) => !listAt(rule, 'resources').includes('pods/log'))
        .map((rule) =>
          listAt(rule, 'resources').includes('jobs') ? { ...rule, verbs: ['get', 'list', 'watch'] } : rule,
        ),
    );
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()) }, { kubeconfig });

    await expectOutcome(run, { exitCode: 64, class: 'CONFIG_ERROR', cause: 'PermissionsMissing' });
    expect(run.output).toContain('create jobs.batch');
    expect(run.output).toContain('pods/log');
    await world.expectClean([]);
  });
});

describe('a Job', () => {
  test('that somebody deletes while it runs is no proof', async ({ world }) => {
    const gate = await world.start({ ...(await world.sut()), ...(await world.testcar({ fault: 'hang' })) });
    await gate.said(HANG);
    const [name] = await world.kube.names('Job', world.namespace);
    await world.kube.remove('Job', world.namespace, name ?? '');

    await expectOutcome(await gate.ended, { exitCode: 5, class: 'INCONCLUSIVE', cause: 'JobDeleted' });
    await world.expectClean([]);
  });

  test('of an earlier deployment, finished and green, never counts', async ({ world }) => {
    const inputs = { ...(await world.sut({ image: world.images.bad })), ...(await world.testcar()) };
    const first = await world.start(inputs, { run: 'same' });
    const made = await world.kube.until('the Job was made', 'Job', world.namespace, (jobs) => jobs[0]);
    await first.ended;
    await leaveGreenJob(world, made, stringMapAt(made, 'metadata', 'labels'));
    const run = await world.gate(inputs, { run: 'same' });

    await expectOutcome(run, { exitCode: 1, class: 'TEST_FAILED', cause: 'TestsFailed' });
    await world.expectClean([]);
  });

  test('of somebody else with the same name is refused and left alone', async ({ world }) => {
    const inputs = { ...(await world.sut()), ...(await world.testcar()) };
    const first = await world.start(inputs, { run: 'same' });
    const made = await world.kube.until('the Job was made', 'Job', world.namespace, (jobs) => jobs[0]);
    first.kill('SIGINT');
    await first.ended;
    const left = await leaveGreenJob(world, made, { 'app.kubernetes.io/managed-by': 'somebody-else' });
    const run = await world.gate(inputs, { run: 'same' });

    await expectOutcome(run, { exitCode: 64, class: 'CONFIG_ERROR', cause: 'AdoptionRefused' });
    await world.expectClean([`Job/${left}`]);
  });
});

test('a gate that was killed is taken up by the next try of the same run', async ({ world }) => {
  const inputs = { ...(await world.sut()), ...(await world.testcar({ fault: 'pause=500ms' })) };
  const first = await world.start(inputs, { run: 'same' });
  await first.said(/tests http/);
  first.kill('SIGKILL');
  await first.ended;
  const [job] = await world.kube.list('Job', world.namespace);
  const run = await world.gate(inputs, { run: 'same' });

  await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
  expect(run.output).toMatch(/adopted/);
  expect(await run.file('verdict.json')).toContain(stringAt(job, 'metadata', 'uid'));
  await world.expectClean(LIVE_ONLY);
});

/** A Job of the same name that finished green at once, with the labels that are given and no trace of a test. */
async function leaveGreenJob(
  world: World,
  made: JsonObject,
  labels: Readonly<Record<string, string>>,
): Promise<string> {
  const name = stringAt(made, 'metadata', 'name') ?? '';
  await world.kube.until('the first Job is gone', 'Job', world.namespace, (jobs) =>
    jobs.length === 0 ? true : undefined,
  );
  const template = objectAt(made, 'spec', 'template', 'spec');
  const containers = [{ name: 'testcar', image: world.images.testcar, command: ['true'] }];
  await world.kube.create({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: world.namespace,
      labels,
      annotations: labels['testcar-gate/run'] === undefined ? {} : stringMapAt(made, 'metadata', 'annotations'),
    },
    spec: { template: { metadata: { labels }, spec: { restartPolicy: template['restartPolicy'], containers } } },
  });
  await world.kube.until('it is green', 'Job', world.namespace, (jobs) =>
    jobs.find((job) => listAt(job, 'status', 'conditions').some((each) => stringAt(each, 'type') === 'Complete')),
  );
  return name;
}

async function kubeconfigWithServer(world: World, server: string): Promise<string> {
  const text = await readFile(world.setup.kubeconfig, 'utf8');
  const file = join(world.folder, 'other-server.kubeconfig');
  await writeFile(file, text.replaceAll(/server: .*/g, `server: ${server}`), { mode: 0o600 });
  return file;
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

/** A user with the Role of examples/rbac.yaml, changed as the test wants it; returns the user's kubeconfig. */
async function userWithRole(
  world: World,
  change: (rules: readonly JsonObject[]) => readonly JsonObject[],
): Promise<string> {
  const documents = parseAllDocuments(await readFile(join(repository, 'examples', 'rbac.yaml'), 'utf8'));
  const role = documents.map((each): unknown => each.toJS()).find((each) => stringAt(each, 'kind') === 'Role');
  const rules = change(listAt(role, 'rules').filter(isObject));
  const metadata = { name: 'testcar-gate', namespace: world.namespace };
  const apiGroup = 'rbac.authorization.k8s.io';
  await world.kube.create({ apiVersion: `${apiGroup}/v1`, kind: 'Role', metadata, rules });
  await world.kube.create({
    apiVersion: `${apiGroup}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup, kind: 'Role', name: metadata.name },
    subjects: [{ apiGroup, kind: 'User', name: world.namespace }],
  });
  return mintUser(world.namespace);
}
