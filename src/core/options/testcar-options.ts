import { RESULTS_SOURCES } from '../model/results.ts';
import { MAX_SHARDS } from '../observation/indexes.ts';
import { EXIT_MEANINGS } from '../results/exit-meanings.ts';
import { DAY_MS } from './duration.ts';
import { RUNNER_NAMES } from './options.ts';
import type { OptionName, OptionSpec } from './option-spec.ts';

/** What tests it, and what counts as its results. */
export const TESTCAR_OPTIONS = {
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
      '`log`, JUnit between the lines TESTCAR_RESULTS_BEGIN $TESTCAR_RUN_ID and TESTCAR_RESULTS_END $TESTCAR_RUN_ID in the log of testcar (several, each with a name behind the first marker; then TESTCAR_RESULTS_COUNT $TESTCAR_RUN_ID and their number), or ' +
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
  attachments: {
    group: 'testcar',
    kind: 'list',
    help:
      'Only with `results: courier`: files beside the results that are kept with the report, such as screenshots or traces. Files, ' +
      'folders or patterns below `resultsDir`, one per line; `*` stands for any characters, also `/`. They come after the results and ' +
      'decide nothing: one that is lost is a warning. Secrets are not redacted in them.',
  },
  attachmentsMaxBytes: {
    group: 'testcar',
    kind: 'integer',
    min: 1,
    max: 100_000_000,
    default: '20000000',
    help: 'How many bytes the attachments of one pod may have together. What is above is left out and named.',
  },

  control: {
    group: 'testcar',
    kind: 'boolean',
    default: 'false',
    help:
      'Only in `preview`: when tests have failed, run the same testcar once more against the live revision, to tell what ' +
      'this change broke from what was broken before. It never opens the gate, and takes as long as the tests again.',
  },
} as const satisfies Partial<Record<OptionName, OptionSpec>>;
