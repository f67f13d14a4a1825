import { describe, expect, test } from 'vitest';
import { DB_SECRET, TESTCAR_JOB, WEB_ACCOUNT, WEB_CONFIG, WEB_DEPLOYMENT, WEB_SERVICE } from '../manifests/fixtures.ts';
import { options, planned, problems, withValue } from './fixtures.ts';

describe('makePlan: what is deployed', () => {
  test('preview: copies first, the real manifests after the tests', () => {
    const { plan } = planned();
    expect(plan).toMatchObject({
      liveDeployment: 'web',
      watchedDeployment: plan.runId,
      jobName: plan.runId,
      serviceName: plan.runId,
      sutSelector: `testcar-gate/run=${plan.runId},testcar-gate/role=sut`,
      testcarSelector: `testcar-gate/run=${plan.runId},testcar-gate/role=testcar`,
      sutMatchLabels: { 'testcar-gate/run': plan.runId, 'testcar-gate/role': 'sut' },
      testcarContainer: 'testcar',
      sutPort: 8080,
    });
    expect(plan.toDeploy.map((object) => object['kind'])).toEqual(['ConfigMap', 'Secret', 'Deployment']);
    expect(plan.toPromote).toEqual([WEB_CONFIG, DB_SECRET, WEB_ACCOUNT, WEB_SERVICE, WEB_DEPLOYMENT]);
  });

  test('preview without promotion', () => {
    expect(planned({ options: options({ promote: false }) }).plan.toPromote).toEqual([]);
  });

  test('in-place: the manifests as they are, the Deployment last', () => {
    const { plan } = planned({ options: options({ mode: 'in-place' }) });
    expect(plan.toDeploy).toEqual([WEB_CONFIG, DB_SECRET, WEB_ACCOUNT, WEB_SERVICE, WEB_DEPLOYMENT]);
    expect(plan).toMatchObject({
      watchedDeployment: 'web',
      sutSelector: 'app=web',
      sutMatchLabels: { app: 'web' },
      toPromote: [],
    });
  });

  test('observe: nothing', () => {
    const { plan } = planned({ options: options({ mode: 'observe', deployment: 'web' }) });
    expect(plan).toMatchObject({
      watchedDeployment: 'web',
      sutSelector: 'app=web',
      toDeploy: [],
      toPromote: [],
      sutPort: 8080,
    });
  });

  test('a first deployment has no live one', () => {
    expect(problems({ liveDeployment: undefined })).toEqual([]);
  });
});

describe('makePlan: identity', () => {
  const { plan } = planned();

  test('the same input gives the same plan', () => {
    expect(planned().plan).toEqual(plan);
  });

  test('the order of fields does not count', () => {
    const entries = Object.entries(WEB_DEPLOYMENT).reverse();
    const manifests = {
      deployment: Object.fromEntries(entries),
      others: [WEB_SERVICE, WEB_CONFIG, DB_SECRET, WEB_ACCOUNT],
    };
    expect(planned({ manifests }).plan.specHash).toBe(plan.specHash);
  });

  test.each([
    [
      'another image of the SUT',
      {
        manifests: {
          deployment: withValue(WEB_DEPLOYMENT, ['spec', 'template', 'spec', 'containers', 0, 'image'], 'web:9'),
          others: [],
        },
      },
    ],
    [
      'another testcar',
      { testcarJob: withValue(TESTCAR_JOB, ['spec', 'template', 'spec', 'containers', 0, 'args'], ['--few']) },
    ],
    ['another time for the tests', { options: options({ testTimeoutMs: 1 }) }],
    ['another attempt', { options: options({ attempt: '2' }) }],
    ['another pipeline run', { options: options({ pipelineRun: 'shop/813' }) }],
  ])('%s is another run', (_name, changes) => {
    expect(planned(changes).plan.runId).not.toBe(plan.runId);
  });

  test.each([
    ['another folder for the report', { options: options({ reportDir: 'elsewhere' }) }],
    ['another live Service', { services: [] }],
    [
      'another value of a Secret, which must not be guessed from a hash',
      {
        manifests: {
          deployment: WEB_DEPLOYMENT,
          others: [WEB_SERVICE, WEB_CONFIG, withValue(DB_SECRET, ['stringData', 'password'], 'swordfish'), WEB_ACCOUNT],
        },
      },
    ],
  ])('%s is the same run', (_name, changes) => {
    expect(planned(changes).plan.runId).toBe(plan.runId);
  });
});

describe('makePlan: the port', () => {
  const ports = (value: unknown) => ({
    liveDeployment: undefined,
    manifests: {
      deployment: withValue(WEB_DEPLOYMENT, ['spec', 'template', 'spec', 'containers', 0, 'ports'], value),
      others: [],
    },
  });

  test('the option wins', () => {
    expect(planned({ options: options({ sutPort: 9000 }) }).plan.sutPort).toBe(9000);
  });

  test('of several the first, with a note', () => {
    const { plan, notes } = planned(ports([{ containerPort: 9090 }, { containerPort: 8080 }]));
    expect(plan.sutPort).toBe(9090);
    expect(notes).toContain('The pods name 2 ports (9090, 8080); testcar gets 9090 (option sutPort).');
  });

  test('none at all', () => {
    expect(problems(ports([{ containerPort: 53, protocol: 'UDP' }]))).toEqual([
      { input: 'sutPort', found: undefined, expected: 'a port: no container of Deployment web names one' },
    ]);
  });
});

describe('makePlan: what is refused', () => {
  test.each([
    [
      'a changed selector, which the server would refuse after the tests',
      { liveDeployment: withValue(WEB_DEPLOYMENT, ['spec', 'selector', 'matchLabels'], { app: 'web', v: '1' }) },
      [
        {
          input: 'manifests',
          found: 'Deployment web with selector app=web',
          expected: 'the selector of the live one, which cannot be changed: app=web,v=1',
        },
      ],
    ],
    [
      'in-place with nothing to run',
      {
        options: options({ mode: 'in-place' }),
        manifests: { deployment: withValue(WEB_DEPLOYMENT, ['spec', 'replicas'], 0), others: [] },
      },
      [
        {
          input: 'manifests',
          found: 'Deployment web with replicas 0',
          expected: 'at least one replica, or there is nothing to test',
        },
      ],
    ],
    [
      'a paused Deployment that is to be promoted',
      { manifests: { deployment: withValue(WEB_DEPLOYMENT, ['spec', 'paused'], true), others: [] } },
      [
        {
          input: 'manifests',
          found: 'Deployment web with paused true',
          expected: 'paused false, or nothing would roll out',
        },
      ],
    ],
    [
      'preview without manifests',
      { manifests: undefined },
      [{ input: 'manifests', found: undefined, expected: 'manifests with a Deployment: mode is preview' }],
    ],
    [
      'observe without a Deployment',
      { options: options({ mode: 'observe', deployment: 'web' }), liveDeployment: undefined },
      [{ input: 'deployment', found: 'web', expected: 'a Deployment that is in the namespace: mode is observe' }],
    ],
    [
      'a Service that selects the own labels of the gate',
      {
        services: [
          { metadata: { name: 'odd', namespace: 'shop' }, spec: { selector: { 'testcar-gate/role': 'sut' } } },
        ],
      },
      [
        {
          input: 'mode',
          found: 'preview, while the selector of Service odd would select the copy whatever its labels',
          expected: 'a selector by labels of the SUT, or mode in-place',
        },
      ],
    ],
  ])('%s', (_name, changes, expected) => {
    expect(problems(changes)).toEqual(expected);
  });

  test('but preview with replicas 0 is fine: the copy has its own number', () => {
    const deployment = withValue(WEB_DEPLOYMENT, ['spec', 'replicas'], 0);
    expect(problems({ manifests: { deployment, others: [] } })).toEqual([]);
  });

  test('and the Service of an interrupted try of this run does not stand in its way', () => {
    const { runId } = planned().plan;
    const labels = { 'app.kubernetes.io/managed-by': 'testcar-gate', 'testcar-gate/run': runId };
    const left = {
      metadata: { name: runId, namespace: 'shop', labels },
      spec: { selector: { 'testcar-gate/run': runId } },
    };
    expect(problems({ services: [left] })).toEqual([]);
    expect(problems({ services: [withValue(left, ['metadata', 'labels'], {})] })).not.toEqual([]);
  });
});
