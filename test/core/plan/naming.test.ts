import { describe, expect, test } from 'vitest';
import { runIdFor, selectorText, temporaryMetadata } from '../../../src/core/plan/naming.ts';
import { sha256 } from './fixtures.ts';

const RUN = { pipelineRun: 'shop/812', attempt: '1', namespace: 'shop', sut: 'web', specHash: 'ff' };

describe('runIdFor', () => {
  test('is the same for the same run', () => {
    expect(runIdFor(RUN, sha256)).toBe(runIdFor({ ...RUN }, sha256));
  });

  test.each(Object.keys(RUN))('differs with another %s', (key) => {
    expect(runIdFor({ ...RUN, [key]: 'other' }, sha256)).not.toBe(runIdFor(RUN, sha256));
  });

  test.each([
    ['web', /^web-tcg-[0-9a-f]{10}$/],
    ['a.very.dotted.name', /^a-very-dotted-name-tcg-[0-9a-f]{10}$/],
    ['1st-web', /^s-1st-web-tcg-[0-9a-f]{10}$/],
    ['x'.repeat(200), /^x{37}-tcg-[0-9a-f]{10}$/],
    [`${'x'.repeat(36)}-y`, /^x{36}-tcg-[0-9a-f]{10}$/],
  ])('of %s is a name that a Service may have', (sut, form) => {
    const runId = runIdFor({ ...RUN, sut }, sha256);
    expect(runId).toMatch(form);
    expect(runId).toMatch(/^[a-z]([-a-z0-9]*[a-z0-9])?$/);
    expect(runId.length).toBeLessThanOrEqual(52);
  });
});

test('selectorText', () => {
  expect(selectorText({ 'testcar-gate/run': 'r', app: 'web' })).toBe('testcar-gate/run=r,app=web');
});

test('temporaryMetadata takes over what people wrote and nothing by which tools find their own', () => {
  const original = {
    labels: {
      team: 'a',
      'app.kubernetes.io/instance': 'shop-prod',
      'kustomize.toolkit.fluxcd.io/name': 'shop',
      'kapp.k14s.io/app': '1',
      'app.kubernetes.io/managed-by': 'Helm',
    },
    annotations: { 'meta.helm.sh/release-name': 'shop', 'deployment.kubernetes.io/revision': '4', contact: 'x' },
  };
  const copy = {
    name: 'r',
    namespace: 'shop',
    labels: { 'app.kubernetes.io/managed-by': 'testcar-gate' },
    annotations: { a: 'b' },
  };
  expect(temporaryMetadata(original, copy)).toEqual({
    name: 'r',
    namespace: 'shop',
    labels: { team: 'a', 'app.kubernetes.io/instance': 'r', 'app.kubernetes.io/managed-by': 'testcar-gate' },
    annotations: { contact: 'x', a: 'b' },
  });
});
