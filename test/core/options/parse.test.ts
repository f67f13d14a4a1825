import { describe, expect, test } from 'vitest';
import type { FrontEnd } from '../../../src/core/options/option-spec.ts';
import type { InputProblem, Options, RawInputs } from '../../../src/core/options/options.ts';
import { parseOptions } from '../../../src/core/options/parse.ts';

const BASE: RawInputs = {
  manifests: 'deploy',
  testcarImage: 'registry.example/team/testcar:7',
  pipelineRun: 'build/812',
};

const DEFAULTS: Options = {
  kubeconfig: undefined,
  context: undefined,
  namespace: undefined,
  mode: 'preview',
  manifests: ['deploy'],
  deployment: undefined,
  expectImage: undefined,
  previewReplicas: 1,
  onFailure: 'rollback',
  promote: true,
  pinImages: 'auto',
  mutableImages: 'refuse',
  unchanged: 'allow',
  readyTimeoutMs: 300_000,
  sutPort: undefined,
  sutScheme: 'http',
  reach: 'http',
  reachPath: '/',
  reachTimeoutMs: 30_000,
  testcar: { kind: 'image', image: 'registry.example/team/testcar:7', command: [], env: [] },
  testcarContainer: undefined,
  serviceAccount: undefined,
  testTimeoutMs: 1_800_000,
  minTests: 1,
  results: 'courier',
  runner: 'none',
  exitCodes: [],
  shards: 1,
  resultsDir: '/testcar/results',
  courierImage: undefined,
  attachments: [],
  attachmentsMaxBytes: 20_000_000,
  control: false,
  gracesMs: {},
  reportDir: 'testcar-gate-report',
  keep: 'never',
  pipelineRun: 'build/812',
  attempt: '1',
};

function problemsOf(raw: RawInputs, frontEnd: FrontEnd = 'azure'): readonly InputProblem[] {
  const parsed = parseOptions(raw, frontEnd);
  return parsed.ok ? [] : parsed.problems;
}

describe('parseOptions: what is accepted', () => {
  test('the least that can be given, with every default', () => {
    expect(parseOptions(BASE, 'azure')).toEqual({ ok: true, options: DEFAULTS });
  });

  test('every option', () => {
    const raw: RawInputs = {
      kubeconfig: 'kube.yaml',
      context: 'arn:aws:eks:eu-west-1:1:cluster/prod',
      namespace: 'shop',
      mode: 'in-place',
      manifests: ['a.yaml', 'b'],
      deployment: 'web.v2',
      previewReplicas: '3',
      onFailure: 'keep',
      promote: 'FALSE',
      pinImages: 'off',
      readyTimeout: '90s',
      sutPort: '8443',
      sutScheme: 'https',
      reach: 'tcp',
      reachPath: '/odata/$metadata?x=1',
      reachTimeout: '500ms',
      testcarManifest: 'testcar.yaml',
      testcarContainer: 'pytest',
      serviceAccount: 'testcar',
      testTimeout: '1h30m',
      minTests: '250',
      shards: '4',
      resultsDir: '/out/junit/',
      courierImage: 'busybox@sha256:9ae97d36d26566ff84e8893c64a6dc4fe8ca6d1144bf5b87b2b85a32def253c7',
      attachments: ['screenshots/', './*.zip'],
      attachmentsMaxBytes: '1000',
      reportDir: 'out',
      keep: 'on-failure',
      pipelineRun: 'r',
      attempt: '2.1',
    };
    expect(parseOptions(raw, 'cli')).toEqual({
      ok: true,
      options: {
        kubeconfig: 'kube.yaml',
        context: 'arn:aws:eks:eu-west-1:1:cluster/prod',
        namespace: 'shop',
        mode: 'in-place',
        manifests: ['a.yaml', 'b'],
        deployment: 'web.v2',
        expectImage: undefined,
        previewReplicas: 3,
        onFailure: 'keep',
        promote: false,
        pinImages: 'off',
        mutableImages: 'refuse',
        unchanged: 'allow',
        readyTimeoutMs: 90_000,
        sutPort: 8443,
        sutScheme: 'https',
        reach: 'tcp',
        reachPath: '/odata/$metadata?x=1',
        reachTimeoutMs: 500,
        testcar: { kind: 'manifest', path: 'testcar.yaml' },
        testcarContainer: 'pytest',
        serviceAccount: 'testcar',
        testTimeoutMs: 5_400_000,
        minTests: 250,
        results: 'courier',
        runner: 'none',
        exitCodes: [],
        shards: 4,
        resultsDir: '/out/junit',
        courierImage: 'busybox@sha256:9ae97d36d26566ff84e8893c64a6dc4fe8ca6d1144bf5b87b2b85a32def253c7',
        attachments: ['screenshots', '*.zip'],
        attachmentsMaxBytes: 1_000,
        control: false,
        gracesMs: {},
        reportDir: 'out',
        keep: 'on-failure',
        pipelineRun: 'r',
        attempt: '2.1',
      },
    });
  });

  test('empty texts and empty lines count as not given', () => {
    const raw = { ...BASE, manifests: '\r\n deploy \n\n', namespace: ' ', testTimeout: '', deployment: undefined };
    expect(parseOptions(raw, 'azure')).toEqual({ ok: true, options: DEFAULTS });
  });

  test.each<[FrontEnd, string]>([
    ['azure', 'testTimeout'],
    ['github', 'test-timeout'],
    ['cli', '--test-timeout'],
    ['cli', 'testTimeout'],
  ])('the spelling of %s: %s', (frontEnd, name) => {
    expect(parseOptions({ ...BASE, [name]: '10m' }, frontEnd)).toEqual({
      ok: true,
      options: { ...DEFAULTS, testTimeoutMs: 600_000 },
    });
  });

  test('a command keeps its words as flags give them; variables may hold "=" and be empty', () => {
    const raw = {
      ...BASE,
      testcarCommand: ['sh', '-c', ' curl "$TESTCAR_SUT_URL/x"\nexit 1 '],
      testcarEnv: ['A=b=c', 'EMPTY='],
    };
    const parsed = parseOptions(raw, 'cli');
    expect(parsed.ok && parsed.options.testcar).toEqual({
      kind: 'image',
      image: 'registry.example/team/testcar:7',
      command: ['sh', '-c', ' curl "$TESTCAR_SUT_URL/x"\nexit 1 '],
      env: [
        { name: 'A', value: 'b=c' },
        { name: 'EMPTY', value: '' },
      ],
    });
  });

  test('observe needs a Deployment and no manifests', () => {
    const raw = { testcarImage: 'testcar', pipelineRun: 'r', mode: 'observe', deployment: 'web', expectImage: 'web:2' };
    expect(problemsOf(raw)).toEqual([]);
  });
});

describe('parseOptions: what is refused', () => {
  const DURATION = 'a duration such as 90s, 5m or 1h30m, from 1ms to 24h';
  const LABEL = 'lower-case letters, digits and "-", starting and ending with a letter or digit, at most 63 characters';
  const IMAGE = 'an image reference such as registry.example/team/app:1.2';
  const cases: readonly [string, RawInputs, readonly InputProblem[]][] = [
    ['a duration without unit', { testTimeout: '90' }, [{ input: 'testTimeout', found: '90', expected: DURATION }]],
    ['a time of nothing', { readyTimeout: '0s' }, [{ input: 'readyTimeout', found: '0s', expected: DURATION }]],
    ['more than a day', { reachTimeout: '24h1ms' }, [{ input: 'reachTimeout', found: '24h1ms', expected: DURATION }]],
    ['a word that is no boolean', { promote: 'yes' }, [{ input: 'promote', found: 'yes', expected: 'true or false' }]],
    [
      'a mode that does not exist',
      { mode: 'Preview' },
      [{ input: 'mode', found: 'Preview', expected: 'one of preview, in-place, observe' }],
    ],
    [
      'zero tests',
      { minTests: '0' },
      [{ input: 'minTests', found: '0', expected: 'a whole number from 1 to 10000000' }],
    ],
    [
      'half a pod',
      { previewReplicas: '0x1' },
      [{ input: 'previewReplicas', found: '0x1', expected: 'a whole number from 1 to 100' }],
    ],
    [
      'port 65536',
      { sutPort: '65536' },
      [{ input: 'sutPort', found: '65536', expected: 'a whole number from 1 to 65535' }],
    ],
    ['a namespace with capitals', { namespace: 'Shop' }, [{ input: 'namespace', found: 'Shop', expected: LABEL }]],
    [
      'an image with a space',
      { courierImage: 'busybox 1' },
      [{ input: 'courierImage', found: 'busybox 1', expected: IMAGE }],
    ],
    ...['/etc', 'a/../../etc', '..'].map((pattern): [string, RawInputs, readonly InputProblem[]] => [
      `an attachment ${pattern}`,
      { attachments: pattern },
      [
        {
          input: 'attachments',
          found: pattern,
          expected: 'a file, folder or pattern below the results folder, such as screenshots or *.zip',
        },
      ],
    ]),
    [
      'attachments without a courier',
      { attachments: 'shots', results: 'log' },
      [
        {
          input: 'attachments',
          found: 'shots',
          expected: 'nothing: results is log, and only the courier can send files',
        },
      ],
    ],
    [
      'a relative results folder',
      { resultsDir: 'results' },
      [{ input: 'resultsDir', found: 'results', expected: 'an absolute folder such as /testcar/results' }],
    ],
    [
      'a results folder that climbs',
      { resultsDir: '/a/../etc' },
      [{ input: 'resultsDir', found: '/a/../etc', expected: 'an absolute folder such as /testcar/results' }],
    ],
    [
      'a path without a slash',
      { reachPath: 'health' },
      [{ input: 'reachPath', found: 'health', expected: 'a path that starts with "/" and has no spaces' }],
    ],
    [
      'two values for one',
      { namespace: ['a', 'b'] },
      [{ input: 'namespace', found: '2 values', expected: 'one value' }],
    ],
    [
      'no manifests',
      { manifests: '' },
      [{ input: 'manifests', found: undefined, expected: 'files or folders: mode is preview' }],
    ],
    [
      'no testcar',
      { testcarImage: undefined },
      [{ input: 'testcarManifest', found: undefined, expected: 'either testcarManifest or testcarImage' }],
    ],
    [
      'two testcars',
      { testcarManifest: 'job.yaml' },
      [
        {
          input: 'testcarImage',
          found: 'registry.example/team/testcar:7',
          expected: 'either testcarManifest or testcarImage, not both',
        },
      ],
    ],
    [
      'a command for a manifest',
      { testcarImage: undefined, testcarManifest: 'job.yaml', testcarCommand: 'pytest' },
      [{ input: 'testcarCommand', found: 'a value', expected: 'nothing: the Job of testcarManifest says it' }],
    ],
    [
      'an expected image where the manifests name it',
      { expectImage: 'web:2' },
      [
        {
          input: 'expectImage',
          found: 'web:2',
          expected: 'an image with digest (…@sha256:…): mode is preview, and the manifests name the tag',
        },
      ],
    ],
    [
      'observe with manifests and without a name',
      { mode: 'observe' },
      [
        { input: 'deployment', found: undefined, expected: 'a name: mode is observe' },
        { input: 'manifests', found: 'a value', expected: 'nothing: mode is observe, which deploys nothing' },
      ],
    ],
    [
      'no identity of the run',
      { pipelineRun: '' },
      [{ input: 'pipelineRun', found: undefined, expected: 'what tells this run from any other' }],
    ],
    [
      'a control character',
      { context: 'a\u001b[2Jb' },
      [{ input: 'context', found: '"a\\u001b[2Jb"', expected: 'text without control characters' }],
    ],
    [
      'a variable without a name, which may be a secret',
      { testcarEnv: 'A=1\nhunter2' },
      [{ input: 'testcarEnv', found: 'item 2', expected: 'NAME=VALUE, the name of letters, digits, "_", "-" and "."' }],
    ],
    [
      'a variable twice',
      { testcarEnv: 'A=1\nA=2' },
      [{ input: 'testcarEnv', found: 'A twice', expected: 'each variable once' }],
    ],
    [
      'an unknown name near a known one',
      { testTimeuot: '5m' },
      [{ input: 'testTimeuot', found: 'testTimeuot', expected: 'the name of an option; did you mean testTimeout?' }],
    ],
    [
      'an unknown name near none',
      { helm: 'chart' },
      [{ input: 'helm', found: 'helm', expected: 'the name of an option' }],
    ],
  ];

  test.each(cases)('%s', (_name, change, problems) => {
    expect(problemsOf({ ...BASE, ...change })).toEqual(problems);
  });

  test('all problems come at once, each in the words of its front end', () => {
    const raw = { mode: 'x', 'test-timeout': '5', 'min-tests': 'many' };
    expect(problemsOf(raw, 'github')).toEqual([
      { input: 'mode', found: 'x', expected: 'one of preview, in-place, observe' },
      { input: 'testcar-manifest', found: undefined, expected: 'either testcar-manifest or testcar-image' },
      { input: 'test-timeout', found: '5', expected: DURATION },
      { input: 'min-tests', found: 'many', expected: 'a whole number from 1 to 10000000' },
      { input: 'pipeline-run', found: undefined, expected: 'what tells this run from any other' },
      { input: 'manifests', found: undefined, expected: 'files or folders: mode is preview' },
    ]);
  });

  test('an option that was removed names what replaces it, and only when it has a value', () => {
    const removed = {
      timeout: { instead: 'testTimeout', since: '2.0.0' },
      force: { instead: undefined, since: '2.0.0' },
    };
    expect(parseOptions({ ...BASE, timeout: '5m', force: 'true' }, 'github', removed)).toEqual({
      ok: false,
      problems: [
        { input: 'timeout', found: 'timeout', expected: 'test-timeout instead: it was removed in version 2.0.0' },
        { input: 'force', found: 'force', expected: 'it to be left out: it was removed in version 2.0.0' },
      ],
    });
    expect(parseOptions({ ...BASE, timeout: '' }, 'github', removed).ok).toBe(true);
  });

  test('one option under two spellings', () => {
    expect(problemsOf({ ...BASE, minTests: '1', 'min-tests': '2' }, 'github')).toEqual([
      { input: 'min-tests', found: 'min-tests', expected: 'it to be given once' },
    ]);
  });
});

describe('parseOptions: macros that the pipeline has not replaced', () => {
  test.each<[string, FrontEnd, RawInputs, string, string]>([
    ['an Azure macro', 'azure', { namespace: 'shop-$(env.name)' }, 'shop-$(env.name)', '$(env.name)'],
    ['a template expression', 'github', { namespace: '${{ inputs.ns }}' }, '${{ inputs.ns }}', '${{ inputs.ns }}'],
    ['a runtime expression', 'azure', { namespace: '$[variables.ns]' }, '$[variables.ns]', '$[variables.ns]'],
    ['a shell variable', 'azure', { reportDir: '$BUILD_DIR/out' }, '$BUILD_DIR/out', '$BUILD_DIR'],
    ['a shell variable in braces', 'cli', { context: '${CONTEXT}' }, '${CONTEXT}', '${CONTEXT}'],
    ['a variable of PowerShell', 'azure', { context: '$env:Ctx' }, '$env:Ctx', '$env:Ctx'],
    ['a macro in a list', 'azure', { manifests: 'a\n$(dir)/b' }, '$(dir)/b', '$(dir)'],
    ['a macro in a command', 'azure', { testcarCommand: 'pytest\n--key=$(Key)' }, 'item 2 with $(Key)', '$(Key)'],
    ['an expression in a variable', 'cli', { testcarEnv: 'A=${{ x }} secret' }, 'item 1 with ${{ x }}', '${{ x }}'],
  ])('%s', (_name, frontEnd, change, found, macro) => {
    const [problem, ...others] = problemsOf({ ...BASE, ...change }, frontEnd);
    expect(problem).toMatchObject({ found, expected: `a value; the pipeline has not replaced ${macro}` });
    expect(others).toEqual([]);
  });

  test.each<[string, FrontEnd, RawInputs]>([
    ['a shell variable in a command', 'azure', { testcarCommand: 'sh\n-c\necho $HOME ${HOME}' }],
    ["the gate's own variable, for Kubernetes", 'azure', { testcarCommand: 'k6\n--url=$(TESTCAR_SUT_URL)' }],
    ['any variable for Kubernetes where there are no such macros', 'cli', { testcarEnv: ['A=$(OTHER)'] }],
    ['a dollar in a path', 'azure', { reachPath: '/odata/$metadata' }],
    ['a price', 'azure', { context: 'costs $5' }],
  ])('not: %s', (_name, frontEnd, change) => {
    expect(problemsOf({ ...BASE, ...change }, frontEnd)).toEqual([]);
  });
});

describe('control', () => {
  const given = { testcarImage: 'a/b:1', pipelineRun: 'r', control: 'true' };

  test('is for preview', () => {
    expect(parseOptions({ ...given, manifests: 'a.yaml' }, 'azure')).toMatchObject({ options: { control: true } });
  });

  test.each([
    ['in-place', { manifests: 'a.yaml' }],
    ['observe', { deployment: 'web' }],
  ])('has no stable revision to run against in %s', (mode, more) => {
    expect(parseOptions({ ...given, ...more, mode }, 'cli')).toEqual({
      ok: false,
      problems: [
        {
          input: '--control',
          found: 'true',
          expected: `false: --mode is ${mode}, where no stable revision is left beside the one under test`,
        },
      ],
    });
  });
});

describe('unchanged and expectImage', () => {
  const given = { testcarImage: 'a/b:1', pipelineRun: 'r', manifests: 'a.yaml' };

  test('unchanged is for in-place', () => {
    expect(problemsOf({ ...given, mode: 'in-place', unchanged: 'refuse' })).toEqual([]);
    expect(problemsOf({ ...given, unchanged: 'refuse' })).toEqual([
      { input: 'unchanged', found: 'refuse', expected: 'allow: mode is preview, where the copy is always new' },
    ]);
    const observe = { ...given, manifests: undefined, deployment: 'web', mode: 'observe', unchanged: 'refuse' };
    expect(problemsOf(observe)).toEqual([
      {
        input: 'unchanged',
        found: 'refuse',
        expected: 'allow: mode is observe, where expectImage says what must have arrived',
      },
    ]);
  });

  test.each(['preview', 'in-place'])('expectImage takes a digest in %s', (mode) => {
    expect(problemsOf({ ...given, mode, expectImage: `web@sha256:${'a'.repeat(64)}` })).toEqual([]);
  });
});
