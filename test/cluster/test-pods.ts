import { callApi, createObject, watchUntil } from './api.ts';
import { ClusterError } from './errors.ts';
import { field, items } from './json.ts';
import { busyboxImage } from './images.ts';

/** A busybox container that runs a few lines of sh. */
export function shell(script: string, more: Record<string, unknown> = {}) {
  return { name: 'main', image: busyboxImage.name, command: ['sh', '-c', script], ...more };
}

/** Pods need the namespace's ServiceAccount, which comes a moment after the namespace. */
export async function createNamespace(name: string): Promise<void> {
  await createObject('/api/v1/namespaces', { metadata: { name } });
  await watchUntil(
    `${name} has its ServiceAccount`,
    `/api/v1/namespaces/${name}/serviceaccounts`,
    (account) => field(account, 'metadata', 'name') === 'default',
  );
}

export async function createPod(namespace: string, name: string, spec: object, labels: object = {}): Promise<void> {
  const pod = {
    metadata: { name, labels },
    spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, ...spec },
  };
  await createObject(`/api/v1/namespaces/${namespace}/pods`, pod);
}

/** The first of these objects that satisfies `isThere`, as it was then. */
export async function seen(uri: string, isThere: (object: unknown) => boolean): Promise<unknown> {
  let found: unknown;
  await watchUntil(`${uri} is as expected`, uri, (object) => {
    found = object;
    return isThere(object);
  });
  return found;
}

export function podUri(namespace: string, name: string): string {
  return `/api/v1/namespaces/${namespace}/pods?fieldSelector=metadata.name%3D${name}`;
}

export function isOver(pod: unknown): boolean {
  return ['Succeeded', 'Failed'].includes(String(field(pod, 'status', 'phase')));
}

export function isPodReady(pod: unknown): boolean {
  return items(field(pod, 'status', 'conditions')).some(
    (condition) => field(condition, 'type') === 'Ready' && field(condition, 'status') === 'True',
  );
}

export async function podLog(namespace: string, name: string, container = 'main'): Promise<string> {
  const { status, body } = await callApi(
    'GET',
    `/api/v1/namespaces/${namespace}/pods/${name}/log?container=${container}`,
  );
  if (status !== 200) throw new ClusterError(`no log of ${name}/${container}: ${status} ${JSON.stringify(body)}`);
  return String(body);
}
