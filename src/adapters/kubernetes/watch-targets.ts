import type { Watched } from '../../core/model/seen.ts';
import type { WatchScope } from '../../ports.ts';
import type { WatchTarget } from './list-watch.ts';

/** What each of the six watches asks for. */
export function targetsOf(scope: WatchScope): Record<Watched, WatchTarget> {
  const namespace = encodeURIComponent(scope.namespace);
  const apps = { apiVersion: 'apps/v1' };
  const core = { apiVersion: 'v1' };
  const named = (name: string): { fieldSelector: string } => ({ fieldSelector: `metadata.name=${name}` });
  const path = (group: string, plural: string): { path: string } => ({
    path: `${group}/namespaces/${namespace}/${plural}`,
  });
  return {
    deployment: {
      ...apps,
      ...path('/apis/apps/v1', 'deployments'),
      ...named(scope.deployment),
      kind: 'Deployment',
      doing: `watching Deployment ${scope.namespace}/${scope.deployment}`,
    },
    replicaSets: {
      ...apps,
      ...path('/apis/apps/v1', 'replicasets'),
      labelSelector: scope.sutSelector,
      kind: 'ReplicaSet',
      doing: `watching ReplicaSets of namespace ${scope.namespace}`,
    },
    sutPods: {
      ...core,
      ...path('/api/v1', 'pods'),
      labelSelector: scope.sutSelector,
      kind: 'Pod',
      doing: `watching the SUT's pods in namespace ${scope.namespace}`,
    },
    job: {
      apiVersion: 'batch/v1',
      ...path('/apis/batch/v1', 'jobs'),
      ...named(scope.job),
      kind: 'Job',
      doing: `watching Job ${scope.namespace}/${scope.job}`,
    },
    testcarPods: {
      ...core,
      ...path('/api/v1', 'pods'),
      labelSelector: scope.testcarSelector,
      kind: 'Pod',
      doing: `watching testcar's pods in namespace ${scope.namespace}`,
    },
    events: {
      ...core,
      ...path('/api/v1', 'events'),
      fieldSelector: 'type=Warning',
      withoutBookmarks: true,
      kind: 'Event',
      doing: `watching events of namespace ${scope.namespace}`,
    },
  };
}
