import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/model/json.ts';
import { restorePatch } from '../../../src/core/plan/rollback.ts';
import { WEB_CONFIG, WEB_DEPLOYMENT, withMetadata } from '../manifests/fixtures.ts';
import { at, withValue } from './fixtures.ts';

const BEFORE = withMetadata(WEB_DEPLOYMENT, {
  uid: 'u-1',
  resourceVersion: '10',
  generation: 4,
  annotations: { 'deployment.kubernetes.io/revision': '4', 'example.com/a~b': 'x' },
});
const IMAGE = ['spec', 'template', 'spec', 'containers', 0, 'image'] as const;

function later(object: JsonObject): JsonObject {
  const revised = withValue(object, ['metadata', 'annotations', 'deployment.kubernetes.io/revision'], '5');
  return {
    ...withMetadata(revised, { ...(revised['metadata'] as JsonObject), resourceVersion: '20', generation: 5 }),
    status: { replicas: 4 },
  };
}

describe('restorePatch', () => {
  test('puts the template back, of this object and no other', () => {
    const now = later(withValue(BEFORE, IMAGE, 'web:bad'));
    expect(restorePatch(BEFORE, now)).toEqual([
      { op: 'test', path: '/metadata/uid', value: 'u-1' },
      { op: 'replace', path: '/spec/template', value: at(BEFORE, 'spec', 'template') },
    ]);
  });

  test('nothing to do where only the server wrote', () => {
    expect(restorePatch(BEFORE, later(BEFORE))).toEqual([]);
  });

  test('fields that came and fields that went, labels and annotations with odd keys', () => {
    let now = withValue(BEFORE, ['spec', 'minReadySeconds'], 10);
    now = withValue(now, ['spec', 'strategy'], undefined);
    now = withValue(now, ['metadata', 'annotations'], { 'deployment.kubernetes.io/revision': '5', new: '1' });
    now = withValue(now, ['metadata', 'labels'], undefined);
    expect(restorePatch(BEFORE, now)).toEqual([
      { op: 'test', path: '/metadata/uid', value: 'u-1' },
      { op: 'add', path: '/spec/strategy', value: at(BEFORE, 'spec', 'strategy') },
      { op: 'remove', path: '/spec/minReadySeconds' },
      { op: 'add', path: '/metadata/labels', value: at(BEFORE, 'metadata', 'labels') },
      { op: 'add', path: '/metadata/annotations/example.com~1a~0b', value: 'x' },
      { op: 'remove', path: '/metadata/annotations/new' },
    ]);
  });

  test('replicas go back, unless the manifest left them to somebody else', () => {
    const now = withValue(BEFORE, ['spec', 'replicas'], 8);
    const back = [
      { op: 'test', path: '/metadata/uid', value: 'u-1' },
      { op: 'replace', path: '/spec/replicas', value: 3 },
    ];
    expect(restorePatch(BEFORE, now)).toEqual(back);
    expect(restorePatch(BEFORE, now, WEB_DEPLOYMENT)).toEqual(back);
    expect(restorePatch(BEFORE, now, withValue(WEB_DEPLOYMENT, ['spec', 'replicas'], undefined))).toEqual([]);
  });

  test('data of a ConfigMap', () => {
    const before = withMetadata(WEB_CONFIG, { uid: 'c-1' });
    expect(restorePatch(before, { ...before, data: { mode: 'slow', more: 'x' } })).toEqual([
      { op: 'test', path: '/metadata/uid', value: 'c-1' },
      { op: 'replace', path: '/data/mode', value: 'fast' },
      { op: 'remove', path: '/data/more' },
    ]);
  });
});
