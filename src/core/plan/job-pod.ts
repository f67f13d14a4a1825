import { courierContainer, reachContainer } from '../courier/containers.ts';
import { COURIER_NAME, REACH_NAME } from '../courier/containers.ts';
import { type Json, type JsonObject, isObject, listAt, numberAt, objectAt, stringAt } from '../model/json.ts';
import type { InputProblem, Options } from '../options/options.ts';
import { COMPLETION_INDEX } from '../observation/pod.ts';
import { resultsVolume } from './results-volume.ts';
import { sutHost, sutUrl } from './service.ts';

const SHARD_INDEX = 'TESTCAR_SHARD_INDEX';
const DEFAULT_CONTAINER = 'testcar';
/** The courier prints the results after the test container has ended, within the pod's grace period; 30 s is the API's default. */
const MIN_GRACE_SECONDS = 30;
/** With attachments behind them. */
const MIN_GRACE_SECONDS_ATTACHED = 60;

export type JobTarget = {
  options: Options;
  runId: string;
  namespace: string;
  /** Of the Service, of the Job, and as TESTCAR_RUN_ID of the data that the tests make. */
  serviceName: string;
  role: 'testcar' | 'control';
  sutPort: number;
};

export type JobPod = { spec: JsonObject; notes: readonly string[]; problems: readonly InputProblem[] };

/** Name of the container that tests: the option's, `testcar`, or the only one; undefined where none of that holds. */
export function testContainerName(podSpec: JsonObject, options: Options): string | undefined {
  const names = listAt(podSpec, 'containers').map((container) => stringAt(container, 'name'));
  const wanted = options.testcarContainer ?? DEFAULT_CONTAINER;
  if (names.includes(wanted)) return wanted;
  return options.testcarContainer === undefined && names.length === 1 ? names[0] : undefined;
}

/** The pod spec of testcar's Job with address, results folder, courier and reach probe. */
export function testcarPod(podSpec: JsonObject, containerName: string, target: JobTarget): JobPod {
  const { options } = target;
  const problems: InputProblem[] = [];
  const notes: string[] = [];
  const add = (found: string, expected: string): void => {
    problems.push({ input: 'testcarManifest', found, expected });
  };
  for (const reserved of [COURIER_NAME, REACH_NAME]) {
    const all = [...listAt(podSpec, 'containers'), ...listAt(podSpec, 'initContainers')];
    if (all.some((container) => stringAt(container, 'name') === reserved))
      add(`a container ${reserved}`, 'a name that the gate does not use');
  }
  const container = listAt(podSpec, 'containers').find((each) => stringAt(each, 'name') === containerName);
  const { volumeName, volumes, volumeMounts } = resultsVolume(podSpec, container, options.resultsDir, add);
  const tester = {
    ...(isObject(container) ? container : {}),
    env: environment(container, target, add),
    volumeMounts,
    // The last lines of a failed container stay readable when its log is gone or forbidden.
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
  const spec = {
    ...podSpec,
    ...ownSettings(podSpec, options, notes),
    containers: listAt(podSpec, 'containers').map((each) => (each === container ? tester : each)),
    initContainers: initContainers(podSpec, tester, volumeName, target),
    volumes,
  };
  return { spec: withoutPodDeadline(spec, notes), notes, problems };
}

function ownSettings(
  podSpec: JsonObject,
  { serviceAccount, results, reach, courierImage, attachments }: Options,
  notes: string[],
): JsonObject {
  const restartPolicy = stringAt(podSpec, 'restartPolicy');
  if (restartPolicy !== undefined && restartPolicy !== 'Never') {
    notes.push(
      `Job: restartPolicy ${restartPolicy} is overridden with Never, so that a failed test run stays to be seen.`,
    );
  }
  const grace = numberAt(podSpec, 'terminationGracePeriodSeconds');
  const needed = attachments.length > 0 ? MIN_GRACE_SECONDS_ATTACHED : MIN_GRACE_SECONDS;
  const isShort = results === 'courier' && (grace ?? MIN_GRACE_SECONDS) < needed;
  if (isShort && grace !== undefined) {
    notes.push(
      `Job: terminationGracePeriodSeconds ${grace} is overridden with ${needed}: the results are handed over in that time.`,
    );
  }
  if (results !== 'courier' && reach !== 'off' && courierImage === undefined) {
    notes.push(
      `Job: the check of the address (reach ${reach}) runs in testcar's own image and needs a shell there; without one, set reach: off or courierImage.`,
    );
  }
  const named = stringAt(podSpec, 'serviceAccountName');
  if (serviceAccount !== undefined && named !== undefined && named !== serviceAccount) {
    notes.push(
      `Job: serviceAccountName ${named} is overridden with ${serviceAccount}, the value of option serviceAccount.`,
    );
  }
  return {
    restartPolicy: 'Never',
    ...(isShort ? { terminationGracePeriodSeconds: needed } : {}),
    // The old name of the field must agree with the new one, or the server takes the old.
    ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount, serviceAccount }),
  };
}

/** A deadline of the pod would end it without the Job's own words for it; the Job has one. */
function withoutPodDeadline(spec: JsonObject, notes: string[]): JsonObject {
  const { activeDeadlineSeconds, ...rest } = spec;
  if (activeDeadlineSeconds !== undefined)
    notes.push('Job: activeDeadlineSeconds of the pod is left out; option testTimeout sets the time.');
  return rest;
}

/** Courier first, then the user's own, then the probe: what they set up may be needed to reach the SUT. */
function initContainers(
  podSpec: JsonObject,
  tester: JsonObject,
  volumeName: string,
  target: JobTarget,
): readonly Json[] {
  const { options, runId, namespace, serviceName, sutPort } = target;
  const { resultsDir, attachments, attachmentsMaxBytes } = options;
  const securityContext = objectAt(tester, 'securityContext');
  const helper = {
    image: options.courierImage ?? stringAt(tester, 'image') ?? '',
    imagePullPolicy: options.courierImage === undefined ? stringAt(tester, 'imagePullPolicy') : undefined,
    securityContext: Object.keys(securityContext).length === 0 ? undefined : securityContext,
  };
  // Only where it is asked for: its script needs a shell and tools that the image may not have.
  const courier =
    options.results === 'courier'
      ? [courierContainer({ ...helper, runId, volumeName, resultsDir, attachments, attachmentsMaxBytes })]
      : [];
  const own = listAt(podSpec, 'initContainers');
  if (options.reach === 'off') return [...courier, ...own];
  const probe = reachContainer({
    ...helper,
    scheme: options.sutScheme,
    host: sutHost({ serviceName, namespace }),
    port: sutPort,
    path: options.reachPath,
    mode: options.reach,
    timeoutMs: options.reachTimeoutMs,
  });
  return [...courier, ...own, probe];
}

function environment(
  container: Json | undefined,
  target: JobTarget,
  add: (found: string, expected: string) => void,
): readonly Json[] {
  const { options, serviceName, sutPort } = target;
  const ours = {
    TESTCAR_SUT_URL: sutUrl(target),
    TESTCAR_SUT_HOST: sutHost(target),
    TESTCAR_SUT_PORT: `${sutPort}`,
    TESTCAR_RUN_ID: serviceName,
    TESTCAR_RESULTS_DIR: options.resultsDir,
    TESTCAR_SHARD_COUNT: `${options.shards}`,
    ...(options.shards === 1 ? { TESTCAR_SHARD_INDEX: '0' } : {}),
  };
  const theirs = listAt(container, 'env');
  const missing: Json[] = [];
  if (options.shards > 1) {
    missing.push({
      name: SHARD_INDEX,
      valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${COMPLETION_INDEX}']` } },
    });
    if (theirs.some((variable) => stringAt(variable, 'name') === SHARD_INDEX))
      add(`an own value of ${SHARD_INDEX}`, `the gate to set ${SHARD_INDEX}`);
  }
  for (const [name, value] of Object.entries(ours)) {
    const given = theirs.filter((variable) => stringAt(variable, 'name') === name);
    if (given.length === 0) missing.push({ name, value });
    for (const variable of given) {
      if (stringAt(variable, 'value') === value) continue;
      const option = name === 'TESTCAR_RESULTS_DIR' ? ', or option resultsDir with the folder that testcar uses' : '';
      add(`an own value of ${name}`, `the gate to set ${name}${option}`);
    }
  }
  // Ours first: `$(NAME)` in a variable refers to those before it.
  return [...missing, ...theirs];
}
