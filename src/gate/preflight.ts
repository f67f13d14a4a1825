import type { InputProblem } from '../core/options/options.ts';
import type { Finding } from '../core/causes/finding.ts';
import { findingFromApiError } from '../core/judge/api-finding.ts';
import { judgeManifests } from '../core/judge/manifest-guards.ts';
import { sidecarProblem } from '../core/judge/native-sidecar.ts';
import { makePlan } from '../core/plan/make-plan.ts';
import { accessNeeds, secretNeeds } from '../core/plan/access.ts';
import type { Plan } from '../core/plan/plan.ts';
import { secretReferences } from '../core/plan/secret-references.ts';
import type { Ports } from '../ports.ts';
import type { ClockNotes } from './clock-notes.ts';
import type { GateInput } from './input.ts';
import { KnownSecrets } from './know-secrets.ts';
import type { RunLog } from './run-log.ts';
import { type Step, closed, closedBy, done } from './step.ts';
import { refOf, sent } from './ref.ts';

/**
 * Everything that can be known before anything is deployed: server, permissions, names, and what the server itself
 * thinks of each manifest (strict dry run: unknown fields are errors). Collects all problems before it closes.
 */
export async function preflight(input: GateInput, ports: Ports, log: RunLog, clocks: ClockNotes): Promise<Step<Plan>> {
  const { namespace, options, manifests } = input;
  const sut = manifests
    ? refOf(manifests.deployment)
    : { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: options.deployment ?? '' };
  const [version, services, live] = await Promise.all([
    ports.access.serverVersion(),
    ports.objects.list({ apiVersion: 'v1', kind: 'Service', namespace }),
    ports.objects.get(sut),
  ]);
  if (!version.ok) return closedBy(version.error, 'asking the API server for its version', 'start');
  log.note(`Kubernetes ${version.value.gitVersion}, namespace ${namespace}`);
  clocks.server(version.value.clock);

  if (!live.ok && options.mode === 'observe') {
    if (live.error.kind !== 'not-found') return closedBy(live.error, `reading Deployment ${sut.name}`, 'start');
    return closed({ cause: 'SutNotFound', evidence: { object: `deployment/${sut.name}` } });
  }
  const planInput = {
    options,
    namespace,
    manifests,
    liveDeployment: live.ok ? live.value : undefined,
    services: services.ok ? services.value : [],
    testcarJob: input.testcarJob,
    hash: input.hash,
  };
  const planned = makePlan(planInput);
  if (!planned.ok) {
    return closed(
      inputFinding(planned.problems.map((problem) => ({ ...problem, input: input.spelling(problem.input) }))),
    );
  }
  const { plan } = planned;

  const secrets = new KnownSecrets(secretReferences(planInput), ports.host);
  const denied = await ports.access.missing(namespace, [...accessNeeds(plan), ...secretNeeds(secrets.names)]);
  if (!denied.ok) return closedBy(denied.error, 'asking which permissions the gate has', 'start');
  const missing = denied.value.filter(({ optional }) => optional !== true);
  if (missing.length > 0) {
    const wanted = missing.map(({ verb, group, resource }) => `${verb} ${resource}${group === '' ? '' : `.${group}`}`);
    return closed({
      cause: 'PermissionsMissing',
      evidence: { object: `namespace/${namespace}`, details: wanted.map((value) => ({ label: 'missing', value })) },
    });
  }
  if (!services.ok) return closedBy(services.error, `listing the Services of namespace ${namespace}`, 'start');
  if (!live.ok && live.error.kind !== 'not-found')
    return closedBy(live.error, `reading Deployment ${sut.name}`, 'start');

  const [guard, ...more] = judgeManifests({
    options,
    namespace,
    sut: manifests?.deployment ?? (live.ok ? live.value : {}),
    others: manifests?.others ?? [],
    liveServices: services.value,
  });
  if (guard !== undefined) return closed(guard, more);

  for (const note of planned.notes) log.note(note);
  const [refused] = await Promise.all([
    refusedByServer(plan, input, version.value.gitVersion, ports),
    secrets.read(namespace, denied.value, ports.objects, log),
  ]);
  return refused === undefined ? done(plan) : refused;
}

/** Dry runs everything that this run would send. One finding names all refusals. */
async function refusedByServer(
  plan: Plan,
  input: GateInput,
  gitVersion: string,
  ports: Ports,
): Promise<Step<never> | undefined> {
  const preview = plan.options.mode === 'preview';
  const checks = [
    ...plan.toDeploy.map((object) => ({ object, create: preview })),
    ...plan.toPromote.map((object) => ({ object, create: false })),
    { object: plan.job, create: true },
  ];
  const answers = await Promise.all(
    checks.map(async ({ object, create }) => ({
      object,
      result: create
        ? await ports.objects.create(object, { dryRun: true })
        : await ports.objects.apply(object, { dryRun: true }),
    })),
  );
  const refusals: Finding[] = [];
  for (const { object, result } of answers) {
    const problem = object === plan.job ? sidecarProblem(plan.options, result, gitVersion) : undefined;
    if (problem !== undefined) return closed(inputFinding([{ ...problem, input: input.spelling(problem.input) }]));
    // A name that is taken is decided when the object is made: it may be ours, from an interrupted try of this attempt.
    if (result.ok || result.error.kind === 'already-exists') continue;
    const { kind, name } = refOf(object);
    const doing = `checking ${kind} ${name} by a dry run`;
    const of = sent(object, object === plan.job ? 'testcar' : 'sut');
    const finding = findingFromApiError(result.error, doing, 'start', of);
    if (finding.cause === 'NamespaceMissing' || finding.cause === 'NamespaceTerminating') return closed(finding);
    // A kind that the server does not know is `not-found` too: wrong input here, not a lost object.
    if (!['invalid', 'forbidden', 'not-found', 'conflict'].includes(result.error.kind)) {
      return closed(finding);
    }
    refusals.push(
      finding.evidence.object === of.object
        ? finding
        : { cause: 'ManifestInvalid', evidence: { object: `${kind}/${name}`, message: result.error.message } },
    );
  }
  const [first, ...others] = dedupe(refusals);
  return first === undefined ? undefined : closed(first, others);
}

/** In `preview` the copy and the original are refused for the same reason; a person needs to read it once. */
function dedupe(findings: readonly Finding[]): readonly Finding[] {
  const reasons = new Set<string>();
  return findings.filter(({ evidence }) => {
    const reason = (evidence.message ?? '').replaceAll(/"[^"]*"/g, '""');
    if (reasons.has(reason)) return false;
    reasons.add(reason);
    return true;
  });
}

/** All input problems as one finding: each is one detail. */
export function inputFinding(problems: readonly InputProblem[]): Finding {
  return {
    cause: 'InputInvalid',
    evidence: {
      object: problems.length === 1 ? `input ${problems[0]?.input ?? ''}` : `${problems.length} inputs`,
      details: problems.map(({ input, found, expected }) => ({
        label: input,
        value:
          found === undefined
            ? `missing; expected ${expected}`
            : `found ${JSON.stringify(found)}; expected ${expected}`,
      })),
    },
  };
}
