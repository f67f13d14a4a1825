import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/model/json.ts';
import { LIVE_SERVICES, options, planned } from './fixtures.ts';

function service(name: string, selector: JsonObject, over: { type?: string; labels?: JsonObject } = {}): JsonObject {
  const { type, labels = {} } = over;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop', labels },
    spec: { selector, ...(type !== undefined && { type }), ports: [{ port: 80 }] },
  };
}

const SERVICES = [
  service('live', { app: 'web' }),
  service('external', { app: 'web' }, { type: 'ExternalName' }),
  service('without-selector', {}),
  service('other', { app: 'db' }),
  service('of-a-run', { app: 'web' }, { labels: { 'app.kubernetes.io/managed-by': 'testcar-gate' } }),
];

it('are the Services, live or planned, that select the pods of the SUT', () => {
  expect(planned({ services: SERVICES }).plan.liveServices).toEqual(['live', 'web']);
  const inPlace = { services: SERVICES, options: options({ mode: 'in-place' }) };
  expect(planned(inPlace).plan.liveServices).toEqual(['live', 'web']);
});

it('are those of the manifests where a live one has the same name', () => {
  expect(planned({ services: [service('web', { app: 'db' })] }).plan.liveServices).toEqual(['web']);
});

it('are those of the namespace alone', () => {
  const elsewhere = { ...SERVICES[0], metadata: { name: 'live', namespace: 'other' } };
  expect(planned({ services: [...LIVE_SERVICES, elsewhere] }).plan.liveServices).toEqual(['web', 'front']);
});

it('are none in observe, which changes nothing', () => {
  const observed = { services: SERVICES, options: options({ mode: 'observe', deployment: 'web' }) };
  expect(planned(observed).plan.liveServices).toEqual([]);
});
