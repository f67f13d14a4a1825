import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { parseDocument } from 'yaml';
import { listAt } from '../../../src/core/model/json.ts';
import { mintUser } from '../../cluster/users.ts';
import { type Answer, type FaultyProxy, startFaultyProxy } from '../faulty-proxy.ts';
import { Kube } from '../kube.ts';
import { bindRole, pipelineAccount, serverOf, tokenKubeconfig, unbindRole } from '../pipeline-account.ts';
import {
  type During,
  HANGS,
  type Prepared,
  type Scenarios,
  clusterError,
  configError,
  inconclusive,
} from '../scenario.ts';
import { type World, expect } from '../world.ts';

const LOGIN_PAGE: Answer = { status: 200, contentType: 'text/html', body: '<html><h1>Please log in</h1></html>' };
const BAD_GATEWAY: Answer = { status: 502, contentType: 'text/html', body: '<html>502 Bad Gateway</html>' };
const ETCD_DOWN: Answer = {
  status: 500,
  contentType: 'application/json',
  body: JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: 'etcdserver: no leader',
    reason: 'InternalError',
    code: 500,
  }),
};

/** The grace of the cause, and then the time in which the gate hopes for the server, so that it can still clean up. */
const OUTAGE_MS = 60_000;

type Around = { proxy: FaultyProxy; kubeconfig: string };

async function behindProxy(world: World, during: (around: Around) => During): Promise<Prepared> {
  const { token } = await pipelineAccount(world);
  const proxy = await startFaultyProxy(await serverOf(world.setup.kubeconfig), (close) => {
    world.atEnd(close);
  });
  const kubeconfig = await tokenKubeconfig(world, token, proxy.url);
  return { options: { kubeconfig }, during: during({ proxy, kubeconfig }) };
}

const answersWhileTesting =
  (answer: Answer) =>
  (world: World): Promise<Prepared> =>
    behindProxy(world, ({ proxy }) => async ({ gate, happened }) => {
      await gate.said(HANGS);
      proxy.answer(answer);
      happened();
    });

/** The API server answers, but not what a gate can work with. */
export const API_ANSWERS: Scenarios = {
  title: 'what the API server answers:',
  scenarios: [
    {
      name: 'only errors of its own while the tests run',
      fault: 'every answer 500 "etcdserver: no leader"',
      onlyOnOwnCluster: true,
      testcar: () => ({ fault: 'hang' }),
      prepare: answersWhileTesting(ETCD_DOWN),
      expected: clusterError('ApiServerError'),
      observable: 'act',
      graceMs: OUTAGE_MS,
      names: ['500', 'etcdserver: no leader'],
      left: 'unknown',
    },
    {
      name: 'a page of its load balancer while the tests run',
      fault: 'every answer 502 with HTML',
      onlyOnOwnCluster: true,
      testcar: () => ({ fault: 'hang' }),
      prepare: answersWhileTesting(BAD_GATEWAY),
      expected: clusterError('ApiNotKubernetes'),
      observable: 'act',
      graceMs: OUTAGE_MS,
      names: ['502'],
      left: 'unknown',
    },
    {
      name: 'a login page from the start',
      fault: 'every answer 200 with HTML',
      onlyOnOwnCluster: true,
      prepare: async (world) => {
        const prepared = await behindProxy(world, ({ proxy }) => {
          proxy.answer(LOGIN_PAGE);
          return async () => undefined;
        });
        return prepared;
      },
      expected: clusterError('ApiNotKubernetes'),
      observable: 'start',
      // Nothing is deployed yet, so nothing is lost by giving up at once.
      graceMs: 0,
      names: ['nothing was deployed'],
    },
    {
      name: 'that the credentials are no longer valid, while the tests run',
      fault: 'the service account of the gate is deleted, and every connection reset once',
      onlyOnOwnCluster: true,
      testcar: () => ({ fault: 'hang' }),
      prepare: (world) =>
        behindProxy(world, ({ proxy, kubeconfig }) => async ({ gate, happened }) => {
          await gate.said(HANGS);
          await world.kube.remove('ServiceAccount', world.namespace, 'pipeline');
          const gatesEyes = await Kube.connect(kubeconfig);
          // The API server believes a token for up to 10 s after it has checked it.
          await pWaitFor(async () => (await gatesEyes.send('GET', '/version')).status === 401, { interval: 500 });
          proxy.drop();
          happened();
        }),
      expected: inconclusive('CredentialsExpired'),
      observable: 'act',
      names: ['401'],
      left: 'unknown',
    },
    {
      name: 'that the rights are gone, while the tests run',
      fault: 'the RoleBinding of the gate is deleted, and every connection reset once',
      onlyOnOwnCluster: true,
      testcar: () => ({ fault: 'hang' }),
      prepare: (world) =>
        behindProxy(world, ({ proxy, kubeconfig }) => async ({ gate, happened }) => {
          await gate.said(HANGS);
          await unbindRole(world);
          const gatesEyes = await Kube.connect(kubeconfig);
          const pods = `/api/v1/namespaces/${world.namespace}/pods`;
          await pWaitFor(async () => (await gatesEyes.send('GET', pods)).status === 403, { interval: 200 });
          proxy.drop();
          happened();
        }),
      expected: configError('PermissionsMissing'),
      observable: 'act',
      names: ['403', `namespace/`],
      left: 'unknown',
    },
    {
      name: 'that it does not know the credentials',
      fault: 'a kubeconfig with a token that was never valid',
      async prepare(world) {
        const config = parseDocument(await readFile(world.setup.kubeconfig, 'utf8'));
        config.set('users', [{ name: 'nobody', user: { token: 'this-token-is-not-valid' } }]);
        config.setIn(['contexts', 0, 'context', 'user'], 'nobody');
        const kubeconfig = join(world.folder, 'bad-token.kubeconfig');
        await writeFile(kubeconfig, config.toString(), { mode: 0o600 });
        return { options: { kubeconfig } };
      },
      expected: configError('CredentialsRejected'),
      observable: 'start',
      names: ['nothing was deployed'],
      also: async (run) => {
        expect(run.output).not.toContain('this-token-is-not-valid');
      },
    },
    {
      name: 'that rights are missing',
      fault: 'a Role without logs and without making Jobs',
      onlyOnOwnCluster: true,
      async prepare(world) {
        const subject = { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: world.namespace };
        await bindRole(world, subject, (rules) =>
          rules
            .filter((rule) => !listAt(rule, 'resources').includes('pods/log'))
            .map((rule) =>
              listAt(rule, 'resources').includes('jobs') ? { ...rule, verbs: ['get', 'list', 'watch'] } : rule,
            ),
        );
        return { options: { kubeconfig: await mintUser(world.namespace) } };
      },
      expected: configError('PermissionsMissing'),
      observable: 'start',
      names: ['create jobs.batch', 'pods/log'],
    },
    {
      name: 'that the namespace is not there',
      fault: 'a namespace that does not exist',
      prepare: async ({ namespace }) => ({ inputs: { namespace: `${namespace}-not` } }),
      expected: configError('NamespaceMissing'),
      observable: 'start',
      names: [/namespace\/e2e-\S+-not/],
    },
  ],
};
