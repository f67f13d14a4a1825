import { RESULTS_SOURCES } from '../model/results.ts';
import { MAX_SHARDS } from '../observation/indexes.ts';
import { EXIT_MEANINGS } from '../results/runner-exit-codes.ts';
import {
  KEEP,
  MODES,
  MUTABLE_IMAGES,
  ON_FAILURE,
  PIN_IMAGES,
  REACH,
  RUNNER_NAMES,
  SCHEMES,
  UNCHANGED,
} from './options.ts';
import { FRONT_ENDS, type FrontEnd, type OptionName, type OptionSpec } from './option-spec.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Every option once. Inputs of the Azure task and the GitHub action, flags, config schema and docs derive from it. */
export const OPTIONS = {
  kubeconfig: {
    group: 'cluster',
    kind: 'path',
    inputOf: ['github', 'cli'],
    help: 'Kubeconfig file of the cluster. Without it: KUBECONFIG, then the default file, then the service account of the pod.',
  },
  context: {
    group: 'cluster',
    kind: 'text',
    inputOf: ['github', 'cli'],
    help: 'Context of the kubeconfig. Without it: its current context.',
  },
  namespace: {
    group: 'cluster',
    kind: 'text',
    help: 'Namespace of the system under test and of testcar. Without it: the namespace of the connection.',
  },

  mode: {
    group: 'sut',
    kind: 'choice',
    values: MODES,
    default: 'preview',
    help:
      '`preview` tests a copy that no live Service selects and promotes the manifests after that. `in-place` applies the ' +
      'manifests and then tests. `observe` tests what somebody else delivered.',
  },
  manifests: {
    group: 'sut',
    kind: 'list',
    requiredWhen: 'in `preview` and `in-place`',
    help: 'Files or folders with the manifests of the system under test, with exactly one Deployment among them. One per line.',
  },
  deployment: {
    group: 'sut',
    kind: 'text',
    requiredWhen: 'in `observe`',
    help: 'Name of the Deployment under test. With manifests it must be the name of their Deployment.',
  },
  expectImage: {
    group: 'sut',
    kind: 'text',
    help:
      'Image that the revision must carry. In `observe` with tag or digest, and the gate waits until it does. In the other ' +
      'modes with digest, as the build pushed it: proof that a tag that was pushed again is not tested with its old image.',
  },
  previewReplicas: {
    group: 'sut',
    kind: 'integer',
    min: 1,
    max: 100,
    default: '1',
    help: 'Only in `preview`: number of pods of the copy.',
  },
  onFailure: {
    group: 'sut',
    kind: 'choice',
    values: ON_FAILURE,
    default: 'rollback',
    help: 'Only in `in-place`: `rollback` puts back what was there before when the gate closes, `keep` leaves the new revision.',
  },
  promote: {
    group: 'sut',
    kind: 'boolean',
    default: 'true',
    help: 'Only in `preview`: apply the manifests after the tests have passed. With false a later step must deliver them.',
  },
  pinImages: {
    group: 'sut',
    kind: 'choice',
    values: PIN_IMAGES,
    default: 'auto',
    help: 'Only in `preview`: `auto` promotes the image digests that were tested, `off` the references as they are written.',
  },
  mutableImages: {
    group: 'sut',
    kind: 'choice',
    values: MUTABLE_IMAGES,
    default: 'refuse',
    help:
      '`refuse` closes the gate when an image of the system under test has neither tag nor digest, or the tag `latest`, and ' +
      'when its pods run several images under one tag. `allow` tests them all the same.',
  },
  unchanged: {
    group: 'sut',
    kind: 'choice',
    values: UNCHANGED,
    default: 'allow',
    help:
      'Only in `in-place`: `refuse` closes the gate when the manifests change nothing, so that no new revision is there to ' +
      'test. `allow` tests what runs already, and says so.',
  },
  readyTimeout: {
    group: 'sut',
    kind: 'duration',
    min: 1,
    max: DAY_MS,
    default: '5m',
    help: 'How long the new revision may take to become ready.',
  },
  sutPort: {
    group: 'sut',
    kind: 'port',
    help: 'Container port that testcar talks to. Without it: the first port of the pod template.',
  },
  sutScheme: {
    group: 'sut',
    kind: 'choice',
    values: SCHEMES,
    default: 'http',
    help: 'Scheme of the address that testcar is given.',
  },
  reach: {
    group: 'sut',
    kind: 'choice',
    values: REACH,
    default: 'http',
    help: 'How the pod of testcar checks, before the tests, that it can reach the system under test. `off` skips the check.',
  },
  reachPath: {
    group: 'sut',
    kind: 'text',
    default: '/',
    help: 'Path that the `http` check asks for.',
  },
  reachTimeout: {
    group: 'sut',
    kind: 'duration',
    min: 1,
    max: DAY_MS,
    default: '30s',
    help: 'How long that check may take.',
  },

  testcarManifest: {
    group: 'testcar',
    kind: 'path',
    requiredWhen: 'without `testcarImage`',
    help: 'File with the Job that runs the tests.',
  },
  testcarImage: {
    group: 'testcar',
    kind: 'text',
    requiredWhen: 'without `testcarManifest`',
    help: 'Image that runs the tests; the gate writes the Job.',
  },
  testcarCommand: {
    group: 'testcar',
    kind: 'list',
    help: 'Only with `testcarImage`: command and arguments, one per line. Without it: the entry point of the image.',
  },
  testcarEnv: {
    group: 'testcar',
    kind: 'list',
    help: 'Only with `testcarImage`: environment variables as NAME=VALUE, one per line. Secrets belong into a Kubernetes Secret.',
  },
  testcarContainer: {
    group: 'testcar',
    kind: 'text',
    help: 'Container of the Job that tests. Without it: `testcar`, or the only one.',
  },
  serviceAccount: {
    group: 'testcar',
    kind: 'text',
    help: 'Service account of the pod of testcar. Without it: that of the manifest.',
  },
  testTimeout: {
    group: 'testcar',
    kind: 'duration',
    min: 1,
    max: DAY_MS,
    default: '30m',
    help: 'How long the tests may take. A run that is not over by then is not a pass.',
  },
  minTests: {
    group: 'testcar',
    kind: 'integer',
    min: 1,
    max: 10_000_000,
    default: '1',
    help: 'Fewer tests than this in the results are not proof, and the gate closes.',
  },
  results: {
    group: 'testcar',
    kind: 'choice',
    values: RESULTS_SOURCES,
    default: 'courier',
    help:
      '`courier`: JUnit files, handed over by a helper container that tests cannot write to. Weaker, because a test can forge it: ' +
      '`log`, JUnit between the lines TESTCAR_RESULTS_BEGIN $TESTCAR_RUN_ID and TESTCAR_RESULTS_END $TESTCAR_RUN_ID in the log of testcar, or ' +
      'TAP 13 or 14. Weakest, because nothing is counted: `exit-code`. Neither needs a shell in the image, with `reach: off` or `courierImage`.',
  },
  runner: {
    group: 'testcar',
    kind: 'choice',
    values: RUNNER_NAMES,
    default: 'none',
    help: 'Test runner of testcar, to say what its exit codes mean. It never opens the gate.',
  },
  exitCodes: {
    group: 'testcar',
    kind: 'list',
    help:
      'What exit codes of testcar mean, as CODE=MEANING, one per line; goes before `runner`. Meanings: ' +
      `${Object.keys(EXIT_MEANINGS).join(', ')}.`,
  },
  shards: {
    group: 'testcar',
    kind: 'integer',
    min: 1,
    max: MAX_SHARDS,
    default: '1',
    help:
      'Number of pods that share the tests, as an Indexed Job. Each reads its number from TESTCAR_SHARD_INDEX (from 0) and ' +
      'TESTCAR_SHARD_COUNT, and runs its part only; their results are merged. Every shard must deliver results. One that the ' +
      'cluster disrupted runs again; one that failed does not.',
  },
  resultsDir: {
    group: 'testcar',
    kind: 'text',
    default: '/testcar/results',
    help: 'Folder in the test container into which testcar writes JUnit XML files (TESTCAR_RESULTS_DIR).',
  },
  courierImage: {
    group: 'testcar',
    kind: 'text',
    help: 'Image for the helper containers that check the address and hand over the results; needs sh. Without it: the image of the test container.',
  },

  control: {
    group: 'testcar',
    kind: 'boolean',
    default: 'false',
    help:
      'Only in `preview`: when tests have failed, run the same testcar once more against the live revision, to tell what ' +
      'this change broke from what was broken before. It never opens the gate, and takes as long as the tests again.',
  },
  graces: {
    group: 'report',
    kind: 'list',
    help:
      'How long a trouble must hold before it closes the gate, as CAUSE=DURATION, one per line: SutImageNotFound=2m. ' +
      'Names, defaults and their reasons are in the playbook; a cause without a grace cannot be given one.',
  },
  reportDir: {
    group: 'report',
    kind: 'path',
    default: 'testcar-gate-report',
    help: 'Folder for the report, JUnit, verdict and evidence.',
  },
  keep: {
    group: 'report',
    kind: 'choice',
    values: KEEP,
    default: 'never',
    help: '`on-failure` leaves the temporary objects in the cluster when the gate closes, for a look at them.',
  },
  pipelineRun: {
    group: 'report',
    kind: 'text',
    inputOf: ['cli'],
    help: 'Identity of the pipeline run. The same run and attempt takes up what an interrupted try left in the cluster.',
  },
  attempt: {
    group: 'report',
    kind: 'text',
    inputOf: ['cli'],
    default: '1',
    help: 'Number of the attempt of this pipeline run.',
  },
} as const satisfies Record<OptionName, OptionSpec>;

export const OPTION_NAMES: readonly OptionName[] = Object.keys(OPTIONS).filter(isOptionName);

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

/** The row with all its columns, whatever this option uses of them. */
export function optionSpec(name: OptionName): OptionSpec {
  return OPTIONS[name];
}

/** Options that a person sets in that front end, in the order of the table. */
export function inputsOf(frontEnd: FrontEnd): readonly OptionName[] {
  return OPTION_NAMES.filter((name) => (optionSpec(name).inputOf ?? FRONT_ENDS).includes(frontEnd));
}
