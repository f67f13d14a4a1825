import { listAt, stringAt, booleanAt } from '../../core/model/json.ts';
import type { Result } from '../../core/model/api-error.ts';
import { apiError } from './api-error.ts';
import type { Api } from './request.ts';

export type Resource = { plural: string; namespaced: boolean };

/** The kinds that a gate meets in nearly every run: known without a question to the server. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, Resource>>>> = {
  v1: {
    ConfigMap: namespaced('configmaps'),
    Endpoints: namespaced('endpoints'),
    Event: namespaced('events'),
    LimitRange: namespaced('limitranges'),
    Namespace: { plural: 'namespaces', namespaced: false },
    Node: { plural: 'nodes', namespaced: false },
    PersistentVolume: { plural: 'persistentvolumes', namespaced: false },
    PersistentVolumeClaim: namespaced('persistentvolumeclaims'),
    Pod: namespaced('pods'),
    ResourceQuota: namespaced('resourcequotas'),
    Secret: namespaced('secrets'),
    Service: namespaced('services'),
    ServiceAccount: namespaced('serviceaccounts'),
  },
  'apps/v1': {
    DaemonSet: namespaced('daemonsets'),
    Deployment: namespaced('deployments'),
    ReplicaSet: namespaced('replicasets'),
    StatefulSet: namespaced('statefulsets'),
  },
  'batch/v1': { CronJob: namespaced('cronjobs'), Job: namespaced('jobs') },
  'autoscaling/v2': { HorizontalPodAutoscaler: namespaced('horizontalpodautoscalers') },
  'policy/v1': { PodDisruptionBudget: namespaced('poddisruptionbudgets') },
  'networking.k8s.io/v1': { Ingress: namespaced('ingresses'), NetworkPolicy: namespaced('networkpolicies') },
  'rbac.authorization.k8s.io/v1': {
    ClusterRole: { plural: 'clusterroles', namespaced: false },
    ClusterRoleBinding: { plural: 'clusterrolebindings', namespaced: false },
    Role: namespaced('roles'),
    RoleBinding: namespaced('rolebindings'),
  },
};

function namespaced(plural: string): Resource {
  return { plural, namespaced: true };
}

/** Finds the path of any kind, by API discovery where it is not one of the known. */
export class Resources {
  readonly #api: Api;
  readonly #discovered = new Map<string, Promise<Result<ReadonlyMap<string, Resource>>>>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** `/api/v1/namespaces/shop/pods` or with `/name`. `not-found` = the server does not know the kind. */
  async path(where: { apiVersion: string; kind: string; namespace: string; name?: string }): Promise<Result<string>> {
    const found = await this.#find(where.apiVersion, where.kind);
    if (!found.ok) return found;
    const { plural, namespaced: inNamespace } = found.value;
    const namespace = inNamespace ? `/namespaces/${encodeURIComponent(where.namespace)}` : '';
    const name = where.name === undefined ? '' : `/${encodeURIComponent(where.name)}`;
    return { ok: true, value: `${root(where.apiVersion)}${namespace}/${plural}${name}` };
  }

  async #find(apiVersion: string, kind: string): Promise<Result<Resource>> {
    const known = KNOWN[apiVersion]?.[kind];
    if (known !== undefined) return { ok: true, value: known };
    const unknown = `the API server has no kind ${kind} in ${apiVersion}; is its CustomResourceDefinition installed and the apiVersion right?`;
    const notFound = { ok: false, error: apiError('not-found', unknown, { httpStatus: 404 }) } as const;
    if (!/^([a-z0-9.-]+\/)?[a-z0-9]+$/.test(apiVersion)) return notFound;
    const discovering = this.#discovered.get(apiVersion) ?? this.#discover(apiVersion);
    this.#discovered.set(apiVersion, discovering);
    const discovered = await discovering;
    if (!discovered.ok) {
      this.#discovered.delete(apiVersion);
      return discovered.error.kind === 'not-found' ? notFound : discovered;
    }
    const resource = discovered.value.get(kind);
    return resource === undefined ? notFound : { ok: true, value: resource };
  }

  async #discover(apiVersion: string): Promise<Result<ReadonlyMap<string, Resource>>> {
    const doing = `asking which kinds ${apiVersion} has`;
    const answer = await this.#api.json({ method: 'GET', path: root(apiVersion), doing, repeatable: true });
    if (!answer.ok) return answer;
    const found = new Map<string, Resource>();
    for (const entry of listAt(answer.value, 'resources')) {
      const kind = stringAt(entry, 'kind');
      const plural = stringAt(entry, 'name');
      // Subresources such as `pods/log` are listed beside their resource, some under the same kind.
      if (kind === undefined || plural === undefined || plural.includes('/')) continue;
      found.set(kind, { plural, namespaced: booleanAt(entry, 'namespaced') === true });
    }
    return { ok: true, value: found };
  }
}

function root(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
