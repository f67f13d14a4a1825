import { describe, expect, test } from 'vitest';
import { courierContainer, reachContainer } from '../../../src/core/courier/containers.ts';
import type { JsonObject } from '../../../src/core/model/json.ts';
import { jobFor } from '../../../src/core/plan/job.ts';
import { TESTCAR_JOB } from '../manifests/fixtures.ts';
import { REVISION, at, options, planned, problems, withValue } from './fixtures.ts';

const POD = ['spec', 'template', 'spec'] as const;
const CONTAINER = [...POD, 'containers', 0] as const;

function jobOf(testcarJob: JsonObject, changes: Parameters<typeof options>[0] = {}) {
  const { plan, notes } = planned({ testcarJob, manifests: undefined, ...observe(changes) });
  return { job: plan.job, runId: plan.runId, container: plan.testcarContainer, notes };
}

/** Observe has no copies, so that only the Job shows. */
function observe(changes: Parameters<typeof options>[0]) {
  return { options: options({ mode: 'observe', deployment: 'web', ...changes }) };
}

function problemsOf(testcarJob: JsonObject, changes: Parameters<typeof options>[0] = {}): unknown {
  return problems({ testcarJob, ...observe(changes) });
}

describe('the Job', () => {
  test('as a whole', () => {
    const { plan } = planned();
    const { runId } = plan;
    const labels = {
      suite: 'smoke',
      'app.kubernetes.io/managed-by': 'testcar-gate',
      'testcar-gate/run': runId,
      'testcar-gate/role': 'testcar',
    };
    const image = 'registry.example/qa/testcar:7';
    const helper = { image, imagePullPolicy: undefined, securityContext: undefined };
    const host = `${runId}.shop.svc`;
    expect(jobFor(plan, REVISION)).toEqual({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: runId,
        namespace: 'shop',
        labels,
        annotations: {
          'testcar-gate/spec-hash': plan.specHash,
          'testcar-gate/pipeline-run': 'shop/812',
          'testcar-gate/revision': 'rs-uid',
        },
      },
      spec: {
        backoffLimit: 0,
        completions: 1,
        parallelism: 1,
        podReplacementPolicy: 'Failed',
        activeDeadlineSeconds: 30 * 60 + 30 + 120,
        ttlSecondsAfterFinished: 3600,
        template: {
          metadata: { labels },
          spec: {
            restartPolicy: 'Never',
            initContainers: [
              courierContainer({
                attachments: [],
                attachmentsMaxBytes: 1,
                ...helper,
                runId,
                resultsDir: '/testcar/results',
                volumeName: 'testcar-gate-results',
              }),
              reachContainer({
                ...helper,
                scheme: 'http',
                host,
                port: 8080,
                path: '/',
                mode: 'http',
                timeoutMs: 30_000,
              }),
            ],
            containers: [
              {
                name: 'testcar',
                image,
                args: ['--all'],
                env: [
                  { name: 'TESTCAR_SUT_URL', value: `http://${host}:8080` },
                  { name: 'TESTCAR_SUT_HOST', value: host },
                  { name: 'TESTCAR_SUT_PORT', value: '8080' },
                  { name: 'TESTCAR_RUN_ID', value: runId },
                  { name: 'TESTCAR_RESULTS_DIR', value: '/testcar/results' },
                  { name: 'TESTCAR_SHARD_COUNT', value: '1' },
                  { name: 'TESTCAR_SHARD_INDEX', value: '0' },
                ],
                volumeMounts: [{ name: 'testcar-gate-results', mountPath: '/testcar/results' }],
                terminationMessagePolicy: 'FallbackToLogsOnError',
              },
            ],
            volumes: [{ name: 'testcar-gate-results', emptyDir: {} }],
          },
        },
      },
    });
  });

  test('the plan has it without the revision', () => {
    expect(at(planned().plan.job, 'metadata', 'annotations', 'testcar-gate/revision')).toBeUndefined();
  });

  test('helper containers run as the test container does, from the image of the option', () => {
    const securityContext = { runAsNonRoot: true, capabilities: { drop: ['ALL'] } };
    const secured = withValue(TESTCAR_JOB, [...CONTAINER, 'securityContext'], securityContext);
    const { job } = jobOf(withValue(secured, [...CONTAINER, 'imagePullPolicy'], 'Always'));
    for (const index of [0, 1]) {
      expect(at(job, ...POD, 'initContainers', index)).toMatchObject({ imagePullPolicy: 'Always', securityContext });
    }
    const other = jobOf(withValue(secured, [...CONTAINER, 'imagePullPolicy'], 'Always'), {
      courierImage: 'busybox:1',
    }).job;
    expect(at(other, ...POD, 'initContainers', 0)).toMatchObject({ image: 'busybox:1', securityContext });
    expect(at(other, ...POD, 'initContainers', 0, 'imagePullPolicy')).toBeUndefined();
  });

  test('own init containers run between courier and probe; reach off has no probe', () => {
    const own = withValue(TESTCAR_JOB, [...POD, 'initContainers'], [{ name: 'seed', image: 'seed' }]);
    const names = (job: JsonObject) =>
      (at(job, ...POD, 'initContainers') as { name: string }[]).map(({ name }) => name);
    expect(names(jobOf(own).job)).toEqual(['testcar-gate-courier', 'seed', 'testcar-gate-reach']);
    expect(names(jobOf(own, { reach: 'off' }).job)).toEqual(['testcar-gate-courier', 'seed']);
  });

  test('only results from the courier bring it into the pod, and its time to hand over', () => {
    const quick = withValue(TESTCAR_JOB, [...POD, 'terminationGracePeriodSeconds'], 5);
    for (const results of ['log', 'exit-code'] as const) {
      const { job, notes } = jobOf(quick, { results, reach: 'off' });
      expect(at(job, ...POD, 'initContainers')).toEqual([]);
      expect(at(job, ...POD, 'terminationGracePeriodSeconds')).toBe(5);
      expect(notes).toEqual([]);
    }
  });

  test('attachments are told to it, with more time behind the results', () => {
    const attached = (job: JsonObject = TESTCAR_JOB) =>
      jobOf(job, { attachments: ['shots', '*.zip'], attachmentsMaxBytes: 5 });
    const { job, notes } = attached();
    expect(at(job, ...POD, 'terminationGracePeriodSeconds')).toBe(60);
    expect(notes).toEqual([]);
    expect(at(job, ...POD, 'initContainers', 0, 'env')).toEqual(
      expect.arrayContaining([
        { name: 'TESTCAR_GATE_ATTACHMENTS', value: 'shots\n*.zip' },
        { name: 'TESTCAR_GATE_ATTACHMENTS_MAX_BYTES', value: '5' },
      ]),
    );
    const seconds = [...POD, 'terminationGracePeriodSeconds'];
    expect(attached(withValue(TESTCAR_JOB, seconds, 45)).notes).toEqual([
      'Job: terminationGracePeriodSeconds 45 is overridden with 60: the results are handed over in that time.',
    ]);
    expect(at(attached(withValue(TESTCAR_JOB, seconds, 300)).job, ...seconds)).toBe(300);
    expect(at(jobOf(TESTCAR_JOB).job, ...POD)).not.toHaveProperty('terminationGracePeriodSeconds');
  });

  test('the check of the address needs a shell, and a run whose image may have none is told', () => {
    const note =
      "Job: the check of the address (reach tcp) runs in testcar's own image and needs a shell there; without one, set reach: off or courierImage.";
    expect(jobOf(TESTCAR_JOB, { results: 'log', reach: 'tcp' }).notes).toEqual([note]);
    expect(jobOf(TESTCAR_JOB, { results: 'log', reach: 'tcp', courierImage: 'busybox:1' }).notes).toEqual([]);
    expect(jobOf(TESTCAR_JOB, { results: 'courier', reach: 'tcp' }).notes).toEqual([]);
  });

  test('its pods carry no label that a Service or the SUT selects, nor those of an earlier Job', () => {
    const labels = {
      app: 'web',
      tier: 'front',
      suite: 'smoke',
      'job-name': 'old',
      'batch.kubernetes.io/controller-uid': 'u',
    };
    const { job, runId } = jobOf(withValue(TESTCAR_JOB, ['spec', 'template', 'metadata', 'labels'], labels));
    expect(at(job, 'spec', 'template', 'metadata', 'labels')).toEqual({
      app: runId,
      tier: runId,
      suite: 'smoke',
      'app.kubernetes.io/managed-by': 'testcar-gate',
      'testcar-gate/run': runId,
      'testcar-gate/role': 'testcar',
    });
  });

  test('the service account of the option wins over both names of the field', () => {
    const { job, notes } = jobOf(withValue(TESTCAR_JOB, [...POD, 'serviceAccountName'], 'default'), {
      serviceAccount: 'qa',
    });
    expect(at(job, ...POD)).toMatchObject({ serviceAccountName: 'qa', serviceAccount: 'qa' });
    expect(notes).toEqual([
      'Job: serviceAccountName default is overridden with qa, the value of option serviceAccount.',
    ]);
  });
});

describe('the test container', () => {
  const two = (first: string, second: string) =>
    withValue(
      TESTCAR_JOB,
      [...POD, 'containers'],
      [
        { name: first, image: 'a' },
        { name: second, image: 'b' },
      ],
    );

  test.each([
    ['the only one, whatever its name', withValue(TESTCAR_JOB, [...CONTAINER, 'name'], 'pytest'), undefined, 'pytest'],
    ['testcar among several', two('proxy', 'testcar'), undefined, 'testcar'],
    ['the one of the option', two('proxy', 'testcar'), 'proxy', 'proxy'],
  ])('%s', (_name, job, testcarContainer, expected) => {
    expect(jobOf(job, { testcarContainer }).container).toBe(expected);
  });

  test.each([
    ['several, none named testcar', two('a', 'b'), undefined],
    ['the option names none', two('a', 'testcar'), 'c'],
  ])('refused: %s', (_name, job, testcarContainer) => {
    expect(problemsOf(job, { testcarContainer })).toEqual([
      {
        input: 'testcarContainer',
        found: testcarContainer,
        expected: 'the name of a container of the Job; without it, one named testcar or a single one',
      },
    ]);
  });

  test('only it gets address and results folder', () => {
    const { job } = jobOf(two('proxy', 'testcar'));
    expect(at(job, ...POD, 'containers', 0)).toEqual({ name: 'proxy', image: 'a' });
  });
});

describe('settings of the manifest that the gate overrides', () => {
  test('are noted, one by one', () => {
    const spec = {
      backoffLimit: 6,
      activeDeadlineSeconds: 60,
      ttlSecondsAfterFinished: 10,
      completionMode: 'Indexed',
      completions: 1,
      suspend: false,
      podFailurePolicy: { rules: [] },
      template: {
        spec: {
          restartPolicy: 'OnFailure',
          activeDeadlineSeconds: 30,
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'testcar', image: 'testcar' }],
        },
      },
    };
    const { job, notes } = jobOf({ ...TESTCAR_JOB, spec });
    expect(notes).toEqual([
      'Job: backoffLimit 6 is overridden with 0.',
      'Job: completionMode "Indexed" is overridden with "NonIndexed".',
      'Job: activeDeadlineSeconds 60 is overridden with 1950.',
      'Job: ttlSecondsAfterFinished 10 is overridden with 3600.',
      'Job: podFailurePolicy is left out; the tests run once.',
      'Job: restartPolicy OnFailure is overridden with Never, so that a failed test run stays to be seen.',
      'Job: terminationGracePeriodSeconds 0 is overridden with 30: the results are handed over in that time.',
      'Job: activeDeadlineSeconds of the pod is left out; option testTimeout sets the time.',
    ]);
    expect(at(job, 'spec')).not.toHaveProperty('podFailurePolicy');
    expect(at(job, ...POD)).not.toHaveProperty('activeDeadlineSeconds');
    expect(at(job, ...POD)).toMatchObject({ restartPolicy: 'Never', terminationGracePeriodSeconds: 30 });
  });

  test('nothing is noted about a manifest that says the same or nothing', () => {
    expect(jobOf(TESTCAR_JOB).notes).toEqual([]);
    const same = withValue(TESTCAR_JOB, ['spec', 'backoffLimit'], 0);
    expect(jobOf(withValue(same, [...POD, 'terminationGracePeriodSeconds'], 60)).notes).toEqual([]);
  });
});

describe('option shards', () => {
  const sharded = (job: JsonObject = TESTCAR_JOB) => jobOf(job, { shards: 4 });
  const INDEX = 'TESTCAR_SHARD_INDEX';

  test('makes an Indexed Job whose shards fail alone, and run again only when they were disrupted', () => {
    const { job, notes } = sharded();
    expect(at(job, 'spec')).toMatchObject({
      completionMode: 'Indexed',
      completions: 4,
      parallelism: 4,
      backoffLimitPerIndex: 0,
      backoffLimit: 4,
      podReplacementPolicy: 'Failed',
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
    });
    expect(notes).toEqual([]);
    expect(at(job, ...CONTAINER, 'env')).toEqual(
      expect.arrayContaining([
        { name: 'TESTCAR_SHARD_COUNT', value: '4' },
        {
          name: INDEX,
          valueFrom: { fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } },
        },
      ]),
    );
  });

  test('one shard is a plain Job that knows it is the only one', () => {
    const { job } = jobOf(TESTCAR_JOB);
    expect(at(job, 'spec')).not.toHaveProperty('backoffLimitPerIndex');
    expect(at(job, ...CONTAINER, 'env')).toEqual(
      expect.arrayContaining([
        { name: 'TESTCAR_SHARD_COUNT', value: '1' },
        { name: INDEX, value: '0' },
      ]),
    );
  });

  test('agrees with a manifest that asks for as many, and with nothing else', () => {
    const same = withValue(withValue(TESTCAR_JOB, ['spec', 'completions'], 4), ['spec', 'parallelism'], 4);
    expect(sharded(withValue(same, ['spec', 'completionMode'], 'Indexed')).notes).toEqual([]);
    expect(problemsOf(withValue(TESTCAR_JOB, ['spec', 'completions'], 3), { shards: 4 })).toEqual([
      { input: 'testcarManifest', found: 'spec.completions 3', expected: '4, the value of option shards, or nothing' },
    ]);
  });

  test('says what it overrides, once', () => {
    const own = withValue(withValue(TESTCAR_JOB, ['spec', 'backoffLimitPerIndex'], 3), ['spec', 'maxFailedIndexes'], 2);
    expect(sharded(own).notes).toEqual([
      'Job: backoffLimitPerIndex 3 is overridden with 0.',
      'Job: maxFailedIndexes is left out; the tests run once.',
    ]);
  });

  test('refuses an own index', () => {
    const own = withValue(TESTCAR_JOB, [...CONTAINER, 'env'], [{ name: INDEX, value: '0' }]);
    expect(problemsOf(own, { shards: 4 })).toEqual([
      { input: 'testcarManifest', found: `an own value of ${INDEX}`, expected: `the gate to set ${INDEX}` },
    ]);
  });
});

describe('settings of the manifest that contradict a gate', () => {
  const one = 'one pod that runs all tests once; option shards splits them';
  test.each<[string, readonly (string | number)[], unknown, string, string]>([
    ['parallel pods', ['spec', 'parallelism'], 3, 'spec.parallelism 3', one],
    ['no pod at all', ['spec', 'parallelism'], 0, 'spec.parallelism 0', one],
    ['several completions', ['spec', 'completions'], 5, 'spec.completions 5', one],
    ['a queue that starts it', ['spec', 'suspend'], true, 'spec.suspend true', 'a Job that starts by itself'],
    [
      'a selector',
      ['spec', 'selector'],
      { matchLabels: { a: 'b' } },
      'an own spec.selector',
      'the selector to be left to the server',
    ],
    [
      'a manual selector',
      ['spec', 'manualSelector'],
      true,
      'an own spec.selector',
      'the selector to be left to the server',
    ],
    [
      'another controller',
      ['spec', 'managedBy'],
      'kueue.x-k8s.io/multikueue',
      'spec.managedBy "kueue.x-k8s.io/multikueue"',
      "a Job of the cluster's own controller",
    ],
    [
      'a container of our name',
      [...POD, 'initContainers'],
      [{ name: 'testcar-gate-reach', image: 'x' }],
      'a container testcar-gate-reach',
      'a name that the gate does not use',
    ],
    [
      'a volume of our name',
      [...POD, 'volumes'],
      [{ name: 'testcar-gate-results', emptyDir: {} }],
      'a volume testcar-gate-results',
      'a name that the gate does not use',
    ],
    [
      'an own address',
      [...CONTAINER, 'env'],
      [{ name: 'TESTCAR_SUT_URL', value: 'http://web.shop' }],
      'an own value of TESTCAR_SUT_URL',
      'the gate to set TESTCAR_SUT_URL',
    ],
    [
      'another results folder',
      [...CONTAINER, 'env'],
      [{ name: 'TESTCAR_RESULTS_DIR', value: '/junit' }],
      'an own value of TESTCAR_RESULTS_DIR',
      'the gate to set TESTCAR_RESULTS_DIR, or option resultsDir with the folder that testcar uses',
    ],
  ])('%s', (_name, path, value, found, expected) => {
    expect(problemsOf(withValue(TESTCAR_JOB, path, value))).toEqual([{ input: 'testcarManifest', found, expected }]);
  });

  test('the same value of a variable is fine, and stays where it is', () => {
    const env = [{ name: 'TESTCAR_RESULTS_DIR', value: '/testcar/results' }];
    const { job } = jobOf(withValue(TESTCAR_JOB, [...CONTAINER, 'env'], env));
    expect((at(job, ...CONTAINER, 'env') as { name: string }[]).map(({ name }) => name)).toEqual([
      'TESTCAR_SUT_URL',
      'TESTCAR_SUT_HOST',
      'TESTCAR_SUT_PORT',
      'TESTCAR_RUN_ID',
      'TESTCAR_SHARD_COUNT',
      'TESTCAR_SHARD_INDEX',
      'TESTCAR_RESULTS_DIR',
    ]);
  });
});

describe('another volume below the results folder, which the courier does not have,', () => {
  const mounted = (mount: JsonObject) =>
    withValue(
      withValue(TESTCAR_JOB, [...POD, 'volumes'], [{ name: 'more', emptyDir: {} }]),
      [...CONTAINER, 'volumeMounts'],
      [{ name: 'more', ...mount }],
    );

  test.each(['/testcar/results/junit', '/testcar//results/junit/'])('is refused: %s', (mountPath) => {
    expect(problemsOf(mounted({ mountPath }))).toEqual([
      {
        input: 'testcarManifest',
        found: 'volume more at /testcar/results/junit',
        expected: 'no volume below the results folder /testcar/results',
      },
    ]);
  });

  test.each([{ mountPath: '/testcar/results/data', readOnly: true }, { mountPath: '/testcar/results-of-others' }])(
    'is none with %j',
    (mount) => {
      expect(problemsOf(mounted(mount))).toEqual([]);
    },
  );
});

describe('an own volume at the results folder', () => {
  const mounted = (volume: JsonObject, mount: JsonObject = {}) =>
    withValue(
      withValue(TESTCAR_JOB, [...POD, 'volumes'], [{ name: 'out', ...volume }]),
      [...CONTAINER, 'volumeMounts'],
      [{ name: 'out', mountPath: '/testcar/results/', ...mount }],
    );

  test('is used as it is when it is an emptyDir', () => {
    const { job } = jobOf(mounted({ emptyDir: { sizeLimit: '64Mi' } }));
    expect(at(job, ...POD, 'volumes')).toEqual([{ name: 'out', emptyDir: { sizeLimit: '64Mi' } }]);
    expect(at(job, ...CONTAINER, 'volumeMounts')).toEqual([{ name: 'out', mountPath: '/testcar/results/' }]);
    expect(JSON.stringify(at(job, ...POD, 'initContainers', 0))).toContain('"name":"out"');
  });

  test('is refused when it may hold the results of an earlier run', () => {
    expect(problemsOf(mounted({ persistentVolumeClaim: { claimName: 'results' } }))).toEqual([
      {
        input: 'testcarManifest',
        found: 'volume out at /testcar/results, which is no emptyDir',
        expected: 'an emptyDir at the results folder, or nothing mounted there',
      },
    ]);
  });

  test.each([{ subPath: 'a' }, { subPathExpr: '$(A)' }, { readOnly: true }])('is refused with %j', (mount) => {
    expect(problemsOf(mounted({ emptyDir: {} }, mount))).toEqual([
      {
        input: 'testcarManifest',
        found: 'volume out at /testcar/results with subPath or readOnly',
        expected: 'the whole volume, writable',
      },
    ]);
  });
});
