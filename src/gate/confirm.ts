import { findRevision, toRevision } from '../core/judge/revision.ts';
import type { Job, Observation, Pod } from '../core/model/seen.ts';
import { parseDeployment, parseJob, parsePod, parseReplicaSet } from '../core/observation/index.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { Revision } from '../core/model/revision.ts';
import type { Objects, Ports } from '../ports.ts';
import { type Step, closed, closedBy, done } from './step.ts';

/** `seen` is the newest observation with what was read instead of what the watches had shown. */
export type Confirmed = { job: Job; pods: readonly Pod[]; revision: Revision | undefined; seen: Observation };

const READ = { state: 'current' } as const;

/**
 * The last consistent read before the gate may open: straight from the API server (no resourceVersion, so from etcd),
 * not from the watches. https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list
 */
export async function confirm(plan: Plan, seen: Observation, ports: Ports): Promise<Step<Confirmed>> {
  const { objects } = ports;
  const { namespace } = plan;
  const apps = { apiVersion: 'apps/v1', namespace };
  const [job, deployment, replicaSets, sutPods, testcarPods] = await Promise.all([
    objects.get({ apiVersion: 'batch/v1', kind: 'Job', namespace, name: plan.jobName }),
    objects.get({ ...apps, kind: 'Deployment', name: plan.watchedDeployment }),
    list(objects, { ...apps, kind: 'ReplicaSet', labelSelector: plan.sutSelector }, parseReplicaSet),
    list(objects, { apiVersion: 'v1', namespace, kind: 'Pod', labelSelector: plan.sutSelector }, parsePod),
    list(objects, { apiVersion: 'v1', namespace, kind: 'Pod', labelSelector: plan.testcarSelector }, parsePod),
  ]);
  if (!job.ok) {
    if (job.error.kind === 'not-found')
      return closed({ cause: 'JobDeleted', evidence: { object: `job/${plan.jobName}` } });
    return closedBy(job.error, 'reading the Job again', 'running');
  }
  if (!deployment.ok) {
    if (deployment.error.kind === 'not-found') {
      return closed({
        cause: 'RevisionChanged',
        evidence: { object: `deployment/${plan.watchedDeployment}`, reason: 'Deleted' },
      });
    }
    return closedBy(deployment.error, 'reading the Deployment again', 'running');
  }
  if (!replicaSets.ok) return replicaSets;
  if (!sutPods.ok) return sutPods;
  if (!testcarPods.ok) return testcarPods;
  const parsedJob = parseJob(job.value);
  const parsedDeployment = parseDeployment(deployment.value);
  if (parsedJob === undefined || parsedDeployment === undefined) return closed(unreadable('object'));

  const now: Observation = {
    ...seen,
    deployment: parsedDeployment,
    replicaSets: replicaSets.value,
    sutPods: sutPods.value,
    reads: { ...seen.reads, deployment: READ, replicaSets: READ, sutPods: READ },
  };
  const found = findRevision(now, plan);
  return done({
    job: parsedJob,
    pods: testcarPods.value.filter(({ meta }) => meta.controllerUid === parsedJob.meta.uid),
    revision: found && toRevision(parsedDeployment, found),
    seen: now,
  });
}

async function list<T>(
  objects: Objects,
  query: Parameters<Objects['list']>[0],
  parse: (json: unknown) => T | undefined,
): Promise<Step<readonly T[]>> {
  const listed = await objects.list(query);
  if (!listed.ok) return closedBy(listed.error, `listing ${query.kind}s again`, 'running');
  const parsed: T[] = [];
  for (const json of listed.value) {
    const item = parse(json);
    if (item === undefined) return closed(unreadable(query.kind));
    parsed.push(item);
  }
  return done(parsed);
}

function unreadable(what: string): { cause: 'EvidenceContradicts'; evidence: { object: string; message: string } } {
  return {
    cause: 'EvidenceContradicts',
    evidence: { object: what, message: 'the API server gave an object without name or UID' },
  };
}
