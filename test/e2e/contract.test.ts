import { describe, onTestFinished } from 'vitest';
import type { kubernetesPorts } from '../../src/adapters/kubernetes/index.ts';
import { accessContract } from '../contract/access.ts';
import { logsContract } from '../contract/logs.ts';
import { objectsContract } from '../contract/objects.ts';
import { watchingContract } from '../contract/watching.ts';
import { type JsonObject, stringAt } from '../../src/core/model/json.ts';
import { pipelineAccount, tokenKubeconfig } from './pipeline-account.ts';
import { portsOf } from './ports-of.ts';
import { type World, makeWorld } from './world.ts';

/** What the fakes promise in the unit tests, the adapter keeps on a real API server. */
async function subject(
  kubeconfigOf: (world: World) => Promise<string> = async ({ setup }) => setup.kubeconfig,
): Promise<{ world: World; ports: ReturnType<typeof kubernetesPorts>; namespace: string }> {
  const { world, remove } = await makeWorld('contract');
  onTestFinished(remove);
  const ports = await portsOf(world, await kubeconfigOf(world));
  return { world, ports, namespace: world.namespace };
}

describe('the real Objects', () => {
  objectsContract(async () => {
    const { ports, namespace } = await subject();
    return { objects: ports.objects, namespace };
  });
});

describe('the real Access', () => {
  accessContract(async () => {
    const { ports, namespace } = await subject(async (world) => {
      const { token } = await pipelineAccount(world);
      return tokenKubeconfig(world, token);
    });
    return {
      access: ports.access,
      namespace,
      granted: { verb: 'get', group: '', resource: 'pods' },
      refused: { verb: 'delete', group: '', resource: 'nodes' },
    };
  });
});

describe('the real Logs', () => {
  logsContract(async () => {
    const { world, ports, namespace } = await subject();
    const lines = ['one', 'zwei ä', 'three'];
    const write = `printf '%s\\n' '${lines.join("' '")}'`;
    const podOf = (name: string, script: string): JsonObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace },
      spec: {
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'c', image: world.images.testcar, command: ['/bin/sh', '-c', script] }],
      },
    });
    await world.kube.create(podOf('ended', write));
    await world.kube.create(podOf('running', `${write}; sleep 3600`));
    for (const [name, phase] of [
      ['ended', 'Succeeded'],
      ['running', 'Running'],
    ]) {
      await world.kube.until(`pod ${name} is ${phase}`, 'Pod', namespace, (pods) =>
        pods.find((pod) => stringAt(pod, 'metadata', 'name') === name && stringAt(pod, 'status', 'phase') === phase),
      );
    }
    const source = { namespace, container: 'c', restart: 0 };
    return { logs: ports.logs, lines, ended: { ...source, pod: 'ended' }, running: { ...source, pod: 'running' } };
  });
});

describe('the real Watching', () => {
  watchingContract(async () => {
    const { world, ports, namespace } = await subject();
    const { kube } = world;
    const metadata = (
      name: string,
      labels = {},
    ): { name: string; namespace: string; labels: Record<string, string> } => ({ name, namespace, labels });
    const containers = [{ name: 'a', image: 'localhost/never:1', imagePullPolicy: 'Never' }];
    return {
      watching: ports.watching,
      namespace,
      createJob: async (name) => {
        const template = { spec: { restartPolicy: 'Never', containers } };
        await kube.create({
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: metadata(name),
          spec: { suspend: true, template },
        });
      },
      deleteJob: (name) => kube.remove('Job', namespace, name),
      createPod: async (name, labels, claim) => {
        const volumes = claim === undefined ? [] : [{ name: 'v', persistentVolumeClaim: { claimName: claim } }];
        await kube.create({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: metadata(name, labels),
          spec: { containers, volumes, terminationGracePeriodSeconds: 0 },
        });
      },
      createClaim: async (name) => {
        const spec = {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Mi' } },
          storageClassName: '',
        };
        await kube.create({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: metadata(name), spec });
      },
      createEndpointSlice: async (name, service) => {
        await kube.create({
          apiVersion: 'discovery.k8s.io/v1',
          kind: 'EndpointSlice',
          metadata: metadata(name, { 'kubernetes.io/service-name': service }),
          addressType: 'IPv4',
          endpoints: [],
          ports: [],
        });
      },
    };
  });
});
