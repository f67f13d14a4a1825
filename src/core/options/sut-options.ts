import { MODES, MUTABLE_IMAGES, ON_FAILURE, PIN_IMAGES, REACH, SCHEMES, UNCHANGED } from './options.ts';
import { DAY_MS } from './duration.ts';
import type { OptionName, OptionSpec } from './option-spec.ts';

/** What is deployed, how, and when it counts as ready. */
export const SUT_OPTIONS = {
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
} as const satisfies Partial<Record<OptionName, OptionSpec>>;
