import { describe, expect, test } from 'vitest';
import { toTestcarJob } from '../../../src/core/manifests/testcar-job.ts';
import { TESTCAR_JOB, WEB_CONFIG, documents, withMetadata } from './fixtures.ts';

const MANIFEST = { testcar: { kind: 'manifest', path: 'job.yaml' } } as const;

describe('toTestcarJob', () => {
  test('from image, command and variables', () => {
    const env = [{ name: 'LEVEL', value: 'full' }];
    const testcar = { kind: 'image', image: 'testcar:7', command: ['pytest', '-q'], env } as const;
    expect(toTestcarJob({ testcar }, 'shop', [])).toEqual({
      ok: true,
      job: {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'testcar', namespace: 'shop' },
        spec: {
          template: { spec: { containers: [{ name: 'testcar', image: 'testcar:7', command: ['pytest', '-q'], env }] } },
        },
      },
    });
  });

  test('from an image alone: its entry point stays', () => {
    const read = toTestcarJob({ testcar: { kind: 'image', image: 'testcar:7', command: [], env: [] } }, 'shop', []);
    expect(read).toMatchObject({
      job: { spec: { template: { spec: { containers: [{ name: 'testcar', image: 'testcar:7' }] } } } },
    });
    expect(JSON.stringify(read)).not.toContain('command');
  });

  test('from a manifest, in the namespace of the run', () => {
    const read = toTestcarJob(MANIFEST, 'shop', documents(withMetadata(TESTCAR_JOB, { namespace: undefined })));
    expect(read).toEqual({ ok: true, job: TESTCAR_JOB });
  });

  test.each([
    ['an empty file', [], { input: 'testcarManifest', found: 'job.yaml, which is empty', expected: 'a Job' }],
    [
      'a Job with company',
      [TESTCAR_JOB, WEB_CONFIG],
      {
        input: 'testcarManifest',
        found: 'Job (deploy/web.yaml:1), ConfigMap (deploy/web.yaml:11)',
        expected: 'exactly one document, a Job',
      },
    ],
    [
      'a CronJob',
      [{ ...TESTCAR_JOB, kind: 'CronJob' }],
      { input: 'deploy/web.yaml:1', found: 'CronJob of batch/v1', expected: 'a Job of batch/v1' },
    ],
    [
      'another namespace',
      [withMetadata(TESTCAR_JOB, { namespace: 'qa' })],
      { input: 'deploy/web.yaml:1', found: 'namespace "qa"', expected: 'namespace shop, which this run uses, or none' },
    ],
    [
      'no container',
      [{ ...TESTCAR_JOB, spec: {} }],
      { input: 'deploy/web.yaml:1', found: undefined, expected: 'spec.template.spec.containers' },
    ],
  ])('refuses %s', (_name, objects, problem) => {
    expect(toTestcarJob(MANIFEST, 'shop', documents(...objects))).toEqual({ ok: false, problems: [problem] });
  });
});
