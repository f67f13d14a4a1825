import { type JsonObject, booleanAt, numberAt, objectAt, stringAt } from '../model/json.ts';
import type { InputProblem, Options } from '../options/options.ts';
import { canonicalJson } from './canonical.ts';
import { controlPlan } from './control.ts';
import { testcarJob } from './job.ts';
import { type Hash, roleLabels, runAnnotations, runIdFor, selectorText } from './naming.ts';
import { inApplyOrder } from './order.ts';
import type { Plan, SutManifests } from './plan.ts';
import { makePreview } from './preview.ts';
import { renameReferences } from './references.ts';
import { type Selector, labelSelector, queryText } from './selectors.ts';
import { forbiddenSelectors, liveServices } from './services.ts';
import { specHashOf } from './spec-hash.ts';
import { templatePorts } from './template-port.ts';

export type PlanInput = {
  options: Options;
  namespace: string;
  /** undefined only in `observe`. */
  manifests: SutManifests | undefined;
  /** The Deployment as it is in the cluster; undefined where there is none. */
  liveDeployment: JsonObject | undefined;
  /** Every Service of the namespace. */
  services: readonly JsonObject[];
  testcarJob: JsonObject;
  hash: Hash;
};

export type Planned =
  { ok: true; plan: Plan; notes: readonly string[] } | { ok: false; problems: readonly InputProblem[] };

/** Everything that the run will do, before anything is done. */
export function makePlan(input: PlanInput): Planned {
  const { options, namespace, manifests, liveDeployment, hash } = input;
  const sut = manifests?.deployment ?? liveDeployment;
  if (sut === undefined || (manifests === undefined) !== (options.mode === 'observe'))
    return { ok: false, problems: [nothingToTest(options)] };
  const name = stringAt(sut, 'metadata', 'name') ?? '';
  const selector = labelSelector(objectAt(sut, 'spec', 'selector'), `Deployment ${name}`);
  const notes: string[] = [];
  const problems = [...checkSut(sut, input, selector)];
  const ports = templatePorts(sut);
  const port = options.sutPort ?? ports[0];
  if (options.sutPort === undefined && ports.length > 1) {
    notes.push(
      `The pods name ${ports.length} ports (${ports.join(', ')}); testcar gets ${port ?? 0} (option sutPort).`,
    );
  }
  if (port === undefined) {
    problems.push({
      input: 'sutPort',
      found: undefined,
      expected: `a port: no container of Deployment ${name} names one`,
    });
  }
  const sutPort = port ?? 0;
  const specHash = specHashOf(input, hash);
  const { pipelineRun, attempt } = options;
  const runId = runIdFor({ pipelineRun, attempt, namespace, sut: name, specHash }, hash);
  const annotations = runAnnotations({ specHash, pipelineRun });
  const forbidden = forbiddenSelectors(input, selector, runId);

  const isPreview = options.mode === 'preview';
  const preview =
    isPreview && manifests !== undefined
      ? makePreview({
          manifests,
          runId,
          namespace,
          replicas: options.previewReplicas,
          forbidden,
          testcarPodSpec: objectAt(input.testcarJob, 'spec', 'template', 'spec'),
          annotations,
          hash,
        })
      : undefined;
  const userJob =
    preview === undefined
      ? input.testcarJob
      : withPodSpec(input.testcarJob, (spec) => renameReferences(spec, preview.rename));
  const target = { options, runId, namespace, serviceName: runId, role: 'testcar' as const, sutPort };
  const testcar = testcarJob(userJob, { ...target, annotations, forbidden });
  problems.push(...(preview?.problems ?? []), ...testcar.problems);
  if (problems.length > 0) return { ok: false, problems };

  const ordered = manifests === undefined ? [] : inApplyOrder([...manifests.others, manifests.deployment]);
  const sutMatchLabels = isPreview ? roleLabels(runId, 'sut') : selector.matchLabels;
  const plan: Plan = {
    options,
    namespace,
    runId,
    specHash,
    liveDeployment: name,
    watchedDeployment: isPreview ? runId : name,
    sutSelector: isPreview ? selectorText(sutMatchLabels) : queryText(selector),
    sutMatchLabels,
    testcarSelector: selectorText(roleLabels(runId, 'testcar')),
    jobName: runId,
    serviceName: runId,
    liveServices: liveServices(input, sut),
    testcarContainer: testcar.container,
    sutPort,
    toDeploy: preview?.copies ?? ordered,
    toPromote: isPreview && options.promote ? ordered : [],
    job: testcar.job,
  };
  const allNotes = [...notes, ...(preview?.notes ?? []), ...testcar.notes];
  if (!options.control || liveDeployment === undefined) return { ok: true, plan, notes: allNotes };
  const control = controlPlan(plan, { liveDeployment, userJob, selector, annotations, forbidden });
  return { ok: true, plan: { ...plan, control }, notes: allNotes };
}

function nothingToTest({ mode, deployment }: Options): InputProblem {
  if (mode !== 'observe')
    return { input: 'manifests', found: undefined, expected: `manifests with a Deployment: mode is ${mode}` };
  return { input: 'deployment', found: deployment, expected: 'a Deployment that is in the namespace: mode is observe' };
}

function checkSut(
  sut: JsonObject,
  { options, manifests, liveDeployment }: PlanInput,
  selector: Selector,
): readonly InputProblem[] {
  const problems: InputProblem[] = [];
  const { owner } = selector;
  if (Object.keys(selector.matchLabels).length === 0) {
    problems.push({
      input: 'deployment',
      found: `${owner} without matchLabels`,
      expected: 'spec.selector.matchLabels with a label',
    });
  }
  if (options.mode === 'in-place' && numberAt(sut, 'spec', 'replicas') === 0) {
    problems.push({
      input: 'manifests',
      found: `${owner} with replicas 0`,
      expected: 'at least one replica, or there is nothing to test',
    });
  }
  const rollsOut = options.mode === 'in-place' || (options.mode === 'preview' && options.promote);
  if (rollsOut && booleanAt(sut, 'spec', 'paused') === true) {
    problems.push({
      input: 'manifests',
      found: `${owner} with paused true`,
      expected: 'paused false, or nothing would roll out',
    });
  }
  // The API server refuses to change a selector; better now than after the tests (apps/v1 DeploymentSpec.selector).
  if (manifests !== undefined && liveDeployment !== undefined) {
    const live = labelSelector(objectAt(liveDeployment, 'spec', 'selector'), owner);
    if (canonicalJson(live) !== canonicalJson(selector)) {
      problems.push({
        input: 'manifests',
        found: `${owner} with selector ${queryText(selector)}`,
        expected: `the selector of the live one, which cannot be changed: ${queryText(live)}`,
      });
    }
  }
  return problems;
}

function withPodSpec(job: JsonObject, change: (podSpec: JsonObject) => JsonObject): JsonObject {
  const spec = objectAt(job, 'spec');
  const template = objectAt(spec, 'template');
  return { ...job, spec: { ...spec, template: { ...template, spec: change(objectAt(template, 'spec')) } } };
}
