import { describe, expect, test } from 'vitest';
import { accessNeeds } from '../../../src/core/plan/access.ts';
import { WEB_DEPLOYMENT } from '../manifests/fixtures.ts';
import { options, planned } from './fixtures.ts';

type Changes = Parameters<typeof planned>[0];

/** `resource.group` → verbs, sorted. */
function rights(changes: Changes): Record<string, string> {
  const byResource = new Map<string, string[]>();
  for (const { group, resource, verb } of accessNeeds(planned(changes).plan)) {
    const key = group === '' ? resource : `${resource}.${group}`;
    byResource.set(key, [...(byResource.get(key) ?? []), verb].sort());
  }
  return Object.fromEntries([...byResource].map(([key, verbs]) => [key, verbs.join(' ')]));
}

const EVERY_RUN = {
  'replicasets.apps': 'list watch',
  pods: 'get list watch',
  'pods/log': 'get',
  events: 'list watch',
  'jobs.batch': 'create delete get list watch',
};

describe('accessNeeds', () => {
  test('observe changes nothing but its Job and Service', () => {
    expect(rights({ options: options({ mode: 'observe', deployment: 'web' }) })).toEqual({
      ...EVERY_RUN,
      'deployments.apps': 'get list watch',
      services: 'create delete get list',
    });
  });

  test('preview without promotion: copies, no Secrets where none is copied', () => {
    const manifests = { deployment: WEB_DEPLOYMENT, others: [] };
    expect(rights({ options: options({ promote: false }), manifests })).toEqual({
      ...EVERY_RUN,
      'deployments.apps': 'create delete get list patch watch',
      services: 'create delete get list',
    });
  });

  test('preview with promotion: every kind of the manifests', () => {
    expect(rights({})).toEqual({
      ...EVERY_RUN,
      'deployments.apps': 'create delete get list patch watch',
      services: 'create delete get list patch',
      configmaps: 'create delete get patch',
      secrets: 'create delete get patch',
      serviceaccounts: 'create delete get patch',
    });
  });

  test('in-place with onFailure keep takes nothing back, so needs no delete', () => {
    expect(rights({ options: options({ mode: 'in-place', onFailure: 'keep' }) })).toMatchObject({
      'deployments.apps': 'create get list patch watch',
      configmaps: 'create get patch',
    });
    expect(rights({ options: options({ mode: 'in-place' }) })).toMatchObject({ configmaps: 'create delete get patch' });
  });

  test('a kind whose plural only the server knows is not asked about', () => {
    const rollout = {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { name: 'web', namespace: 'shop' },
    };
    const manifests = { deployment: WEB_DEPLOYMENT, others: [rollout] };
    expect(Object.keys(rights({ manifests })).filter((key) => key.includes('monitoring'))).toEqual([]);
  });
});
