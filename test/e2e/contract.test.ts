import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { describe, inject, onTestFinished } from 'vitest';
import { systemClock } from '../../src/adapters/clock.ts';
import { kubernetesPorts, loadConnection } from '../../src/adapters/kubernetes/index.ts';
import { type WatchingSubject, watchingContract } from '../contract/watching.ts';
import { Kube } from './kube.ts';

/** What the fakes promise in the unit tests, the adapter keeps on a real API server. */
describe('the real Watching', () => {
  watchingContract(async (): Promise<WatchingSubject> => {
    const { kubeconfig, context, testRun } = inject('e2e');
    const kube = await Kube.connect(kubeconfig, context);
    const namespace = `e2e-contract-${randomBytes(3).toString('hex')}`;
    await kube.create({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'testcar-gate/e2e': testRun } },
    });
    await kube.until('the namespace has its ServiceAccount', 'ServiceAccount', namespace, (all) => all[0]);
    const outcome = await loadConnection(
      { kind: 'file', path: kubeconfig, ...(context !== undefined && { context }) },
      process.env,
    );
    if (!outcome.ok) throw new Error(outcome.problem.message);
    onTestFinished(async () => {
      outcome.connection.close();
      await kube.remove('Namespace', undefined, namespace);
    });
    const metadata = (
      name: string,
      labels = {},
    ): { name: string; namespace: string; labels: Record<string, string> } => ({
      name,
      namespace,
      labels,
    });
    const containers = [{ name: 'a', image: 'localhost/never:1', imagePullPolicy: 'Never' }];
    return {
      watching: kubernetesPorts(outcome.connection, systemClock, Math.random).watching,
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
