import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../src/core/model/json.ts';
import type { Options } from '../../../src/core/options/options.ts';
import { parseOptions } from '../../../src/core/options/parse.ts';
import { type PlanInput, makePlan } from '../../../src/core/plan/make-plan.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import type { Revision } from '../../../src/core/model/revision.ts';
import { DB_SECRET, TESTCAR_JOB, WEB_ACCOUNT, WEB_CONFIG, WEB_DEPLOYMENT, WEB_SERVICE } from '../manifests/fixtures.ts';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function options(changes: Partial<Options> = {}): Options {
  const parsed = parseOptions(
    { manifests: 'deploy', testcarManifest: 'job.yaml', pipelineRun: 'shop/812', attempt: '1' },
    'azure',
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { ...parsed.options, ...changes };
}

export const LIVE_SERVICES: readonly JsonObject[] = [
  WEB_SERVICE,
  {
    kind: 'Service',
    metadata: { name: 'front', namespace: 'shop' },
    spec: { selector: { tier: 'front' }, ports: [{ port: 80 }] },
  },
  { kind: 'Service', metadata: { name: 'by-hand', namespace: 'shop' }, spec: { ports: [{ port: 80 }] } },
  { kind: 'Service', metadata: { name: 'far', namespace: 'other' }, spec: { selector: { version: 'v2' } } },
];

/** A run of the shop's `web` in the mode of the options: all its manifests, a live Deployment, four Services. */
export function planInput(changes: Partial<PlanInput> = {}): PlanInput {
  const chosen = changes.options ?? options();
  return {
    options: chosen,
    namespace: 'shop',
    manifests:
      chosen.mode === 'observe'
        ? undefined
        : { deployment: WEB_DEPLOYMENT, others: [WEB_SERVICE, WEB_CONFIG, DB_SECRET, WEB_ACCOUNT] },
    liveDeployment: WEB_DEPLOYMENT,
    services: LIVE_SERVICES,
    testcarJob: TESTCAR_JOB,
    hash: sha256,
    ...changes,
  };
}

export function planned(changes: Partial<PlanInput> = {}): { plan: Plan; notes: readonly string[] } {
  const result = makePlan(planInput(changes));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result;
}

export function problems(changes: Partial<PlanInput> = {}): unknown {
  const result = makePlan(planInput(changes));
  return result.ok ? [] : result.problems;
}

export const REVISION: Revision = {
  deploymentName: 'web',
  deploymentUid: 'd-uid',
  generation: 7,
  replicaSetName: 'web-6d4cf56db6',
  replicaSetUid: 'rs-uid',
  podTemplateHash: '6d4cf56db6',
  podUids: ['p-uid'],
  imageIDs: { web: `registry.example:5000/shop/web@sha256:${'ab'.repeat(32)}` },
  restarts: 0,
  ephemeralContainers: [],
};

/** A deep copy with the value at `path` replaced. */
export function withValue(object: JsonObject, path: readonly (string | number)[], value: unknown): JsonObject {
  const copy: Record<string, unknown> = structuredClone(object);
  let here: Record<string | number, unknown> = copy;
  for (const key of path.slice(0, -1)) here = here[key] as Record<string | number, unknown>;
  here[path.at(-1) ?? ''] = value;
  return copy as JsonObject;
}

export function at(object: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((here, key) => (here as Record<string | number, unknown> | undefined)?.[key], object);
}
