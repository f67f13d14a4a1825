import { describe, expect, test } from 'vitest';
import { judgeAdoption } from '../../../src/core/plan/adoption.ts';
import { jobFor } from '../../../src/core/plan/job.ts';
import { serviceFor } from '../../../src/core/plan/service.ts';
import { REVISION, planned, withValue } from './fixtures.ts';

const { plan } = planned();
const job = jobFor(plan, REVISION);
const copy = plan.toDeploy.at(-1) ?? {};
const config = plan.toDeploy[0] ?? {};
const service = serviceFor(plan, REVISION, 'job-uid');
const wantedJob = { object: job, revision: REVISION };

describe('judgeAdoption: ours', () => {
  test.each([
    ['a Job that tests this revision', job, wantedJob],
    ['the copy', copy, { object: copy }],
    ['the copy, asked with a revision', copy, { object: copy, revision: undefined }],
    ['a ConfigMap of the copy', config, { object: config }],
    ['the Service of this Job', service, { object: service, revision: REVISION }],
    [
      'a Service with what the server adds',
      withValue(withValue(service, ['spec', 'clusterIP'], '10.0.0.9'), ['spec', 'ports', 0, 'nodePort'], 0),
      { object: service, revision: REVISION },
    ],
  ])('%s', (_name, existing, wanted) => {
    expect(judgeAdoption(existing, plan, wanted)).toEqual({ kind: 'adopt' });
  });
});

describe('judgeAdoption: of an earlier deployment', () => {
  const earlier = { kind: 'replace', why: 'the Job tested an earlier deployment' };
  const other = { ...REVISION, replicaSetUid: 'rs-other' };
  const complete = { conditions: [{ type: 'Complete', status: 'True' }], succeeded: 1 };
  test.each([
    ['a Job of another revision', job, { object: job, revision: other }, earlier],
    ['even if it succeeded', withValue(job, ['status'], complete), { object: job, revision: other }, earlier],
    ['a Job that names no revision', plan.job, wantedJob, earlier],
    ['a Job while the revision is not known', job, { object: job, revision: undefined }, earlier],
    ['a Job without either, which must not count as equal', plan.job, { object: job, revision: undefined }, earlier],
    [
      'a Service that leads to other pods',
      withValue(service, ['spec', 'selector', 'pod-template-hash'], 'old'),
      { object: service, revision: REVISION },
      { kind: 'replace', why: 'the Service leads to an earlier deployment' },
    ],
    [
      'a Service of another Job',
      withValue(service, ['metadata', 'ownerReferences', 0, 'uid'], 'old-job'),
      { object: service, revision: REVISION },
      { kind: 'replace', why: 'the Service leads to an earlier deployment' },
    ],
    [
      'what is being deleted',
      withValue(copy, ['metadata', 'deletionTimestamp'], '2026-11-20T10:00:00Z'),
      { object: copy },
      { kind: 'replace', why: 'the Deployment is being deleted' },
    ],
  ])('%s', (_name, existing, wanted, adoption) => {
    expect(judgeAdoption(existing, plan, wanted)).toEqual(adoption);
  });
});

describe('judgeAdoption: of others', () => {
  test.each([
    ['an object of a person', withValue(job, ['metadata', 'labels'], {}), 'the Job was not made by the gate'],
    [
      'of another tool',
      withValue(job, ['metadata', 'labels', 'app.kubernetes.io/managed-by'], 'Helm'),
      'the Job was not made by the gate',
    ],
    [
      'of another run',
      withValue(job, ['metadata', 'labels', 'testcar-gate/run'], 'other'),
      'the Job belongs to another run of the gate',
    ],
    [
      'made from something else',
      withValue(job, ['metadata', 'annotations', 'testcar-gate/spec-hash'], 'ff'),
      'the Job was made from other manifests or options',
    ],
    [
      'without annotations',
      withValue(job, ['metadata', 'annotations'], undefined),
      'the Job was made from other manifests or options',
    ],
    [
      'of a person, being deleted',
      withValue(job, ['metadata'], { name: plan.runId, deletionTimestamp: '2026-11-20T10:00:00Z' }),
      'the Job was not made by the gate',
    ],
  ])('%s', (_name, existing, why) => {
    expect(judgeAdoption(existing, plan, wantedJob)).toEqual({ kind: 'refuse', why });
  });
});
