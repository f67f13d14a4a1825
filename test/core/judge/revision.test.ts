import { describe, expect, it } from 'vitest';
import { carriesImage, revisionCarriesImage } from '../../../src/core/judge/expected-image.ts';
import { findRevision, sameImages, toRevision } from '../../../src/core/judge/revision.ts';
import { SUT_DIGEST, aContainer, aDeployment, aPod, aReplicaSet, anObservation, uidOf } from '../../fakes/builders.ts';
import { REVISION, aPlan, healthySut } from './world.ts';

const plan = aPlan();

describe('findRevision', () => {
  it('binds the Deployment to its ReplicaSet and pods by owner', () => {
    const old = aReplicaSet({ name: 'web-old', annotations: {}, revision: '1' });
    const seen = anObservation({
      ...healthySut(),
      replicaSets: [old, aReplicaSet()],
      sutPods: [
        aPod({ name: 'web-old-1', controllerUid: old.meta.uid }),
        aPod(),
        aPod({ name: 'stray', controllerUid: 'job' }),
      ],
    });
    const found = findRevision(seen, plan);
    expect(found?.replicaSet.meta.name).toBe('web-5d4f');
    expect(found?.pods.map(({ meta }) => meta.name)).toEqual(['web-5d4f-1']);
  });

  it.each([
    ['the controller has not seen the template yet', { deployment: aDeployment({ observedGeneration: 0 }) }],
    ['nothing was observed', { deployment: aDeployment({ observedGeneration: undefined }) }],
    ['the Deployment is another', { deployment: aDeployment({ name: 'api' }) }],
    ['there is no Deployment', { deployment: undefined }],
    ['no ReplicaSet has the revision', { replicaSets: [aReplicaSet({ revision: '1' })] }],
    [
      'the ReplicaSet is of another Deployment of that name',
      { replicaSets: [aReplicaSet({ controllerUid: uidOf('Deployment', 'other') })] },
    ],
  ])('finds nothing when %s', (_, over) => {
    expect(findRevision(anObservation({ ...healthySut(), ...over }), plan)).toBeUndefined();
  });

  it.each([
    ['terminating', aPod({ meta: { deletionTimestampMs: 1 } })],
    ['evicted', aPod({ phase: 'Failed', reason: 'Evicted' })],
    ['ended', aPod({ phase: 'Succeeded' })],
  ])('leaves out a pod that is %s', (_, pod) => {
    expect(findRevision(anObservation({ ...healthySut(), sutPods: [pod] }), plan)?.pods).toEqual([]);
  });
});

describe('toRevision', () => {
  const replicaSet = aReplicaSet();

  it('gives the identity of what runs', () => {
    expect(toRevision(aDeployment(), { replicaSet, pods: [aPod()] })).toEqual(REVISION);
  });

  it('counts restarts and ignores injected containers', () => {
    const pod = aPod({
      containers: [aContainer({ restartCount: 2 }), aContainer({ name: 'istio-proxy', imageID: '', restartCount: 1 })],
    });
    expect(toRevision(aDeployment(), { replicaSet, pods: [pod] })).toEqual({ ...REVISION, restarts: 3 });
  });

  it('counts only ready pods in', () => {
    const pods = [aPod(), aPod({ name: 'web-5d4f-2', ready: false })];
    expect(toRevision(aDeployment(), { replicaSet, pods })?.podUids).toEqual(REVISION.podUids);
  });

  it('names all images of pods that differ', () => {
    const other = `registry.example/web@sha256:${'0'.repeat(64)}`;
    const pods = [aPod(), aPod({ name: 'web-5d4f-2', containers: [aContainer({ imageID: other })] })];
    expect(toRevision(aDeployment(), { replicaSet, pods })?.imageIDs).toEqual({
      web: `${other}, ${REVISION.imageIDs['web'] ?? ''}`,
    });
  });

  it.each([
    ['a pod has not run', aDeployment(), [aPod({ containers: [aContainer({ imageID: '' })] })]],
    ['a container of the template is missing', aDeployment(), [aPod({ containers: [aContainer({ name: 'other' })] })]],
    ['there is no pod', aDeployment(), []],
    ['no pod is ready', aDeployment(), [aPod({ ready: false })]],
    ['the Deployment is paused on a newer template', aDeployment({ updatedReplicas: 0 }), [aPod()]],
    ['the template has no container', aDeployment({ images: {} }), [aPod()]],
  ])('is undefined when %s', (_, deployment, pods) => {
    expect(toRevision(deployment, { replicaSet, pods })).toBeUndefined();
  });
});

describe('sameImages', () => {
  const digest = (char: string): string => `sha256:${char.repeat(64)}`;
  it.each([
    ['equal', { web: `r/web@${digest('a')}` }, { web: `r/web@${digest('a')}` }, true],
    ['through a mirror', { web: `r/web@${digest('a')}` }, { web: `docker-pullable://mirror/web@${digest('a')}` }, true],
    ['one of several', { web: `${digest('a')}, ${digest('b')}` }, { web: digest('b') }, true],
    ['another digest', { web: digest('a') }, { web: digest('b') }, false],
    ['one more digest', { web: digest('a') }, { web: `${digest('a')}, ${digest('b')}` }, false],
    ['no digest', { web: 'web:2' }, { web: 'web:2' }, false],
    ['another container', { web: digest('a') }, { api: digest('a') }, false],
    ['one more container', { web: digest('a') }, { web: digest('a'), api: digest('a') }, false],
    ['nothing', {}, {}, false],
  ])('%s', (_, tested, now, expected) => {
    expect(sameImages(tested, now)).toBe(expected);
  });
});

describe('carriesImage', () => {
  const container = { image: 'registry.example/web:2', imageID: `registry.example/web@${SUT_DIGEST}` };
  it.each([
    ['registry.example/web:2', true],
    ['registry.example/web:3', false],
    ['registry.example/api:2', false],
    ['2', true],
    [':2', true],
    ['3', false],
    ['web', false],
    [SUT_DIGEST, true],
    [`mirror.example/web@${SUT_DIGEST}`, true],
    [`sha256:${'0'.repeat(64)}`, false],
  ])('%s: %s', (expected, carries) => {
    expect(carriesImage(container, expected)).toBe(carries);
  });

  it('knows the long form of a Docker Hub name', () => {
    expect(carriesImage({ image: 'nginx', imageID: '' }, 'docker.io/library/nginx:latest')).toBe(true);
    expect(carriesImage({ image: 'bitnami/nginx:1', imageID: '' }, 'docker.io/bitnami/nginx:1')).toBe(true);
    expect(carriesImage({ image: 'localhost:5000/nginx:1', imageID: '' }, '1')).toBe(true);
  });

  it.each(['localhost/web', 'registry:5000/web', 'registry.example/web'])('knows the registry in %s', (image) => {
    expect(carriesImage({ image: `${image}:latest`, imageID: '' }, image)).toBe(true);
    expect(carriesImage({ image, imageID: '' }, `docker.io/${image}`)).toBe(false);
  });

  it('does not add a tag to a reference by digest', () => {
    const pinned = `registry.example/web@${SUT_DIGEST}`;
    expect(carriesImage({ image: 'registry.example/web', imageID: '' }, pinned)).toBe(false);
    expect(carriesImage({ image: pinned, imageID: '' }, 'registry.example/web:latest')).toBe(false);
  });
});

describe('a revision whose template names the expected image', () => {
  const mirrored = [
    aPod({ containers: [aContainer({ image: 'mirror.example/web:7', imageID: 'mirror.example/web@x' })] }),
  ];

  it('carries it by tag, whatever a mirror made of it in the pods', () => {
    expect(revisionCarriesImage(aDeployment({ images: { web: 'registry.example/web:2' } }), mirrored, '2')).toBe(true);
    expect(revisionCarriesImage(undefined, mirrored, '2')).toBe(false);
  });

  it('does not carry it by digest: that must be found in the pods', () => {
    const pinned = `registry.example/web@${SUT_DIGEST}`;
    expect(revisionCarriesImage(aDeployment({ images: { web: pinned } }), mirrored, pinned)).toBe(false);
    expect(revisionCarriesImage(undefined, [aPod()], pinned)).toBe(true);
  });
});
