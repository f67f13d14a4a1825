import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../src/core/causes/index.ts';
import { type ManifestGuardInput, judgeManifests } from '../../../src/core/judge/manifest-guards.ts';
import type { JsonObject } from '../../../src/core/model/json.ts';

const LABELS = { app: 'web', tier: 'back' };

function aSut(container: JsonObject = {}, more: JsonObject = {}): JsonObject {
  const main = { name: 'web', image: 'web:2', ports: [{ name: 'http', containerPort: 8080 }], ...container };
  const spec = { template: { metadata: { labels: LABELS }, spec: { containers: [main], ...more } } };
  return { kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec };
}

function aService(
  selector: JsonObject,
  over: { name?: string; targetPort?: string | number; type?: string } = {},
): JsonObject {
  const { name = 'web', targetPort = 'http', type = 'ClusterIP' } = over;
  const spec = { type, ports: [{ port: 80, targetPort }], ...(Object.keys(selector).length > 0 && { selector }) };
  return { kind: 'Service', metadata: { name, namespace: 'shop' }, spec };
}

function said(over: Partial<ManifestGuardInput>): readonly string[] {
  const input: ManifestGuardInput = {
    options: { mutableImages: 'refuse' },
    namespace: 'shop',
    sut: aSut(),
    others: [],
    liveServices: [],
    ...over,
  };
  return judgeManifests(input).map(({ cause, evidence }) => `${cause}: ${CAUSES[cause].headline(evidence)}`);
}

describe('images without a fixed version', () => {
  it('are all named, of init containers and sidecars too', () => {
    const more = {
      initContainers: [
        { name: 'migrate', image: 'migrate' },
        { name: 'proxy', image: 'proxy:latest', restartPolicy: 'Always' },
      ],
    };
    expect(said({ sut: aSut({ image: 'web:latest' }, more) })).toEqual([
      'SutImageMutable: Container migrate of deployment/web names image "migrate", which can be another image at every pull',
      'SutImageMutable: Container proxy of deployment/web names image "proxy:latest", which can be another image at every pull',
      'SutImageMutable: Container web of deployment/web names image "web:latest", which can be another image at every pull',
    ]);
  });

  it('are let through where that is asked for', () => {
    expect(said({ sut: aSut({ image: 'web' }), options: { mutableImages: 'allow' } })).toEqual([]);
  });

  it('are not those with a tag or a digest', () => {
    expect(said({})).toEqual([]);
    expect(said({ sut: aSut({ image: `web@sha256:${'a'.repeat(64)}` }) })).toEqual([]);
  });
});

describe('a Service that selects none of the pods', () => {
  const WRONG = { app: 'web', tier: 'front', version: '2' };

  it('is refused with the difference of the labels', () => {
    expect(said({ others: [aService(WRONG)] })).toEqual([
      'SutServiceSelectsNothing: Service/web selects none of the pods of deployment/web: it asks for tier=front, the pods have tier=back, version=2, the pods have no label version',
    ]);
  });

  it.each<[string, Partial<ManifestGuardInput>]>([
    ['of the name of the Deployment', { others: [aService({ app: 'wbe' }), aService({ app: 'web' }, { name: 'b' })] }],
    ['of which some labels fit', { others: [aService(WRONG, { name: 'a' }), aService({ app: 'web' })] }],
    ['that is the only one', { others: [aService({ app: 'wbe' }, { name: 'front' })] }],
    ['that is live under the name of the Deployment', { liveServices: [aService({ app: 'wbe' })] }],
  ])('is meant for them: %s', (_, over) => {
    expect(said(over)).toEqual([expect.stringMatching(/^SutServiceSelectsNothing: /)]);
  });

  it('is not hidden by another object of its name that has a selector too', () => {
    const budget = { kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec: { selector: { app: 'web' } } };
    expect(said({ others: [budget], liveServices: [aService({ app: 'wbe' })] })).toEqual([
      expect.stringMatching(/^SutServiceSelectsNothing: /),
    ]);
  });

  const database = {
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: { template: { metadata: { labels: { app: 'db' } } } },
  };
  it.each<[string, Partial<ManifestGuardInput>]>([
    ['selects them', { others: [aService({ app: 'web' })] }],
    ['selects another workload of the manifests', { others: [database, aService({ app: 'db' }, { name: 'db' })] }],
    [
      'is for pods of somebody else, beside one that selects them',
      { others: [aService({ app: 'mail' }, { name: 'mail' }), aService({ app: 'web' })] },
    ],
    [
      'is none, but has a selector too',
      { others: [{ kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec: { selector: { app: 'db' } } }] },
    ],
    ['has no selector: its endpoints are made by hand', { others: [aService({})] }],
    ['is of type ExternalName', { others: [aService(WRONG, { type: 'ExternalName' })] }],
    ['is live under another name', { liveServices: [aService(WRONG, { name: 'front' })] }],
    [
      'is live, and corrected by the manifests',
      { liveServices: [aService(WRONG)], others: [aService({ app: 'web' })] },
    ],
    [
      'is of another namespace',
      { liveServices: [{ ...aService(WRONG), metadata: { name: 'web', namespace: 'other' } }] },
    ],
  ])('does not fire for one that %s', (_, over) => {
    expect(said(over)).toEqual([]);
  });
});

describe('a named targetPort', () => {
  it('must be the name of a port of a container', () => {
    expect(said({ others: [aService({ app: 'web' }, { targetPort: 'web' })] })).toEqual([
      'SutServicePortMissing: Service/web sends to the port named web, which no container of the pods that it selects has; they have http (8080)',
    ]);
    expect(said({ sut: aSut({ ports: [] }), others: [aService({ app: 'web' })] })).toEqual([
      expect.stringMatching(/they have no port at all$/),
    ]);
  });

  it.each<[string, Partial<ManifestGuardInput>]>([
    ['a name that is there', { others: [aService({ app: 'web' })] }],
    ['a number, named or not', { others: [aService({ app: 'web' }, { targetPort: 9090 })] }],
    [
      'a port of a sidecar',
      {
        sut: aSut({}, { initContainers: [{ name: 'p', image: 'p:1', ports: [{ name: 'mesh', containerPort: 1 }] }] }),
        others: [aService({ app: 'web' }, { targetPort: 'mesh' })],
      },
    ],
  ])('does not fire for %s', (_, over) => {
    expect(said(over)).toEqual([]);
  });
});
