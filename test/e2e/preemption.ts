import { stringAt } from '../../src/core/model/json.ts';
import type { World } from './world.ts';

/**
 * An extended resource that exists once, on one node, for one test: whoever preempts its holder takes nothing from
 * anybody else. https://kubernetes.io/docs/tasks/administer-cluster/extended-resource-node/
 */
export async function offerSeat(world: World): Promise<string> {
  const { kube, namespace } = world;
  const [node] = await kube.list('Node', undefined);
  const name = stringAt(node, 'metadata', 'name') ?? '';
  const seat = `e2e.testcar-gate/${namespace}`.slice(0, 60);
  const offer = async (count: string | null): Promise<void> => {
    const status = { capacity: { [seat]: count }, allocatable: { [seat]: count } };
    const path = `/api/v1/nodes/${name}/status`;
    await kube.send('PATCH', path, { status }, 'application/merge-patch+json');
  };
  await offer('1');
  world.atEnd(() => offer(null));
  return seat;
}

/** A pod of a higher priority that needs the seat. */
export async function takeSeat(world: World, seat: string): Promise<void> {
  const { kube, namespace } = world;
  await kube.create({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: namespace },
    value: 1000,
    description: 'of one end-to-end test',
  });
  world.atEnd(() => kube.remove('PriorityClass', undefined, namespace));
  await kube.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'more-important', namespace },
    spec: {
      priorityClassName: namespace,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'sleep',
          image: world.images.testcar,
          command: ['sleep', '600'],
          resources: { limits: { [seat]: '1', memory: '16Mi' }, requests: { cpu: '1m' } },
        },
      ],
    },
  });
}
