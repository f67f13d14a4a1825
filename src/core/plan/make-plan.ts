import { type JsonObject, booleanAt, listAt, numberAt, objectAt, stringAt } from '../model/json.ts';
import type { InputProblem, Options } from '../options/options.ts';
import { canonicalJson } from './canonical.ts';
import { testcarJob } from './job.ts';
import {
  type Hash,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  RUN_LABEL,
  roleLabels,
  runAnnotations,
  runIdFor,
  selectorText,
} from './naming.ts';
import { inApplyOrder } from './order.ts';
import type { Plan, SutManifests } from './plan.ts';
import { makePreview } from './preview.ts';
import { renameReferences } from './references.ts';
import { type Selector, labelSelector, queryText, serviceSelector } from './selectors.ts';
import { specHashOf } from './spec-hash.ts';

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
  const port = options.sutPort ?? templatePort(sut, notes);
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
  const target = { options, runId, namespace, serviceName: runId, sutPort };
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
    testcarContainer: testcar.container,
    sutPort,
    toDeploy: preview?.copies ?? ordered,
    toPromote: isPreview && options.promote ? ordered : [],
    job: testcar.job,
  };
  return { ok: true, plan, notes: [...notes, ...(preview?.notes ?? []), ...testcar.notes] };
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

/** The first TCP port that a main container names. */
function templatePort(sut: JsonObject, notes: string[]): number | undefined {
  const ports = listAt(sut, 'spec', 'template', 'spec', 'containers')
    .flatMap((container) => listAt(container, 'ports'))
    .filter((port) => (stringAt(port, 'protocol') ?? 'TCP') === 'TCP')
    .map((port) => numberAt(port, 'containerPort'))
    .filter((port) => port !== undefined);
  const [first, ...others] = ports;
  if (others.length > 0)
    notes.push(`The pods name ${ports.length} ports (${ports.join(', ')}); testcar gets ${first} (option sutPort).`);
  return first;
}

/** Every selector that must find neither the copy nor testcar: the SUT's own, and each Service's, live or to come. */
function forbiddenSelectors(
  { manifests, services, namespace }: PlanInput,
  own: Selector,
  runId: string,
): readonly Selector[] {
  const isHere = (service: JsonObject): boolean =>
    (stringAt(service, 'metadata', 'namespace') ?? namespace) === namespace;
  const isOurs = (service: JsonObject): boolean =>
    stringAt(service, 'metadata', 'labels', MANAGED_BY_LABEL) === MANAGED_BY &&
    stringAt(service, 'metadata', 'labels', RUN_LABEL) === runId;
  const planned = manifests?.others.filter(({ kind }) => kind === 'Service') ?? [];
  const selectors = [...services.filter((service) => isHere(service) && !isOurs(service)), ...planned].map(
    serviceSelector,
  );
  return [own, ...selectors.filter((selector) => selector !== undefined)];
}

function withPodSpec(job: JsonObject, change: (podSpec: JsonObject) => JsonObject): JsonObject {
  const spec = objectAt(job, 'spec');
  const template = objectAt(spec, 'template');
  return { ...job, spec: { ...spec, template: { ...template, spec: change(objectAt(template, 'spec')) } } };
}
