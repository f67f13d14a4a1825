import { type JsonObject, stringAt } from '../model/json.ts';
import type { Plan } from './plan.ts';

/** One right in the run's namespace, as RBAC names it; `group` is empty for the core API. */
export type AccessNeed = {
  verb: string;
  group: string;
  resource: string;
  name?: string;
  /** Nothing depends on it. A question of its own is asked only where the list of rights says that it is incomplete. */
  optional?: true;
};

type Right = { group: string; resource: string; verbs: readonly string[] };

/** What every run reads: the six watched kinds, logs, and Services that must not select what the gate makes. */
const READS: readonly Right[] = [
  { group: 'apps', resource: 'deployments', verbs: ['get', 'list', 'watch'] },
  { group: 'apps', resource: 'replicasets', verbs: ['list', 'watch'] },
  { group: '', resource: 'pods', verbs: ['get', 'list', 'watch'] },
  { group: '', resource: 'pods/log', verbs: ['get'] },
  { group: '', resource: 'events', verbs: ['list', 'watch'] },
  { group: '', resource: 'services', verbs: ['list'] },
];

/** What every run makes and removes. */
const TEST: readonly Right[] = [
  { group: 'batch', resource: 'jobs', verbs: ['get', 'list', 'watch', 'create', 'delete'] },
  { group: '', resource: 'services', verbs: ['get', 'create', 'delete'] },
];

/** Made, handed over to the Job for clean-up (patch), deleted. */
const COPY_VERBS = ['get', 'create', 'patch', 'delete'];
/** Server-side apply of an object that may be new takes patch and create; putting back what was there may take delete. */
const APPLY_VERBS = ['get', 'create', 'patch', 'delete'];
const APPLY_FOR_GOOD_VERBS = ['get', 'create', 'patch'];

/** `Kind` → resource. Kinds that are not here are not asked about: their plural is known to the server only, and the dry run tells. */
const RESOURCES: Readonly<Record<string, string>> = {
  ConfigMap: 'configmaps',
  CronJob: 'cronjobs',
  DaemonSet: 'daemonsets',
  Deployment: 'deployments',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  Ingress: 'ingresses',
  Job: 'jobs',
  LimitRange: 'limitranges',
  NetworkPolicy: 'networkpolicies',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Pod: 'pods',
  PodDisruptionBudget: 'poddisruptionbudgets',
  ResourceQuota: 'resourcequotas',
  Role: 'roles',
  RoleBinding: 'rolebindings',
  Secret: 'secrets',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
  StatefulSet: 'statefulsets',
};

/** Exactly the rights that this run uses, each once. */
export function accessNeeds(plan: Plan): readonly AccessNeed[] {
  const { mode, onFailure } = plan.options;
  const deployVerbs = mode === 'preview' ? COPY_VERBS : onFailure === 'rollback' ? APPLY_VERBS : APPLY_FOR_GOOD_VERBS;
  const rights = [
    ...READS,
    ...TEST,
    ...plan.toDeploy.flatMap((object) => rightOn(object, deployVerbs)),
    ...plan.toPromote.flatMap((object) => rightOn(object, APPLY_VERBS)),
  ];
  const needs = new Map<string, AccessNeed>();
  for (const { group, resource, verbs } of rights) {
    for (const verb of verbs) needs.set(`${group}/${resource}/${verb}`, { verb, group, resource });
  }
  return [...needs.values()];
}

/** To know what must not be shown. By name, as a Role can name the Secrets that may be read. */
export function secretNeeds(names: readonly string[]): readonly AccessNeed[] {
  return names.map((name) => ({ verb: 'get', group: '', resource: 'secrets', name, optional: true }));
}

function rightOn(object: JsonObject, verbs: readonly string[]): readonly Right[] {
  const resource = RESOURCES[stringAt(object, 'kind') ?? ''];
  if (resource === undefined) return [];
  const [group = '', version] = (stringAt(object, 'apiVersion') ?? '').split('/', 2);
  return [{ group: version === undefined ? '' : group, resource, verbs }];
}
