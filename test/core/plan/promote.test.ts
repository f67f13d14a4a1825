import { describe, expect, test } from 'vitest';
import { fullRepository, pinnedImage, splitImage } from '../../../src/core/plan/images.ts';
import { promoted } from '../../../src/core/plan/promote.ts';
import { WEB_DEPLOYMENT } from '../manifests/fixtures.ts';
import { REVISION, at, options, planned, withValue } from './fixtures.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const POD = ['spec', 'template', 'spec'] as const;

test.each([
  ['nginx', 'nginx', undefined, undefined],
  ['nginx:1.27', 'nginx', '1.27', undefined],
  ['registry.example:5000/team/app', 'registry.example:5000/team/app', undefined, undefined],
  ['registry.example:5000/team/app:1', 'registry.example:5000/team/app', '1', undefined],
  [`app:1@${DIGEST}`, 'app', '1', DIGEST],
])('splitImage %s', (reference, repository, tag, digest) => {
  expect(splitImage(reference)).toEqual({ repository, tag, digest });
});

test.each([
  ['nginx', 'docker.io/library/nginx'],
  ['team/app', 'docker.io/team/app'],
  ['index.docker.io/team/app', 'docker.io/team/app'],
  ['localhost/app', 'localhost/app'],
  ['registry:5000/app', 'registry:5000/app'],
])('fullRepository %s', (repository, full) => {
  expect(fullRepository(repository)).toBe(full);
});

describe('pinnedImage', () => {
  test.each([
    ['containerd', 'nginx:1.27', `docker.io/library/nginx@${DIGEST}`, `nginx@${DIGEST}`],
    ['dockershim of old', 'r.example/app:1', `docker-pullable://r.example/app@${DIGEST}`, `r.example/app@${DIGEST}`],
    ['a bare id of the node', 'nginx:1.27', DIGEST, undefined],
    ['another repository', 'nginx:1.27', `mirror.example/nginx@${DIGEST}`, undefined],
    ['pinned by the user', `nginx@${DIGEST}`, `docker.io/library/nginx@${DIGEST}`, undefined],
    ['a digest that is none', 'nginx', 'docker.io/library/nginx@sha256:xyz', undefined],
    ['nothing reported', 'nginx', '', undefined],
  ])('%s', (_name, reference, imageID, pinned) => {
    expect(pinnedImage(reference, imageID)).toBe(pinned);
  });
});

describe('promoted', () => {
  const pinned = `registry.example:5000/shop/web@${DIGEST}`;

  test('the Deployment runs the tested digest, init containers of the same image too; nothing else changes', () => {
    const { plan } = planned();
    const withMain = withValue(WEB_DEPLOYMENT, [...POD, 'containers', 0, 'image'], pinned);
    const expected = withValue(withMain, [...POD, 'initContainers', 0, 'image'], pinned);
    expect(promoted(plan, REVISION)).toEqual([...plan.toPromote.slice(0, -1), expected]);
  });

  test('an init container of another image keeps its reference', () => {
    const deployment = withValue(WEB_DEPLOYMENT, [...POD, 'initContainers', 0, 'image'], 'flyway:10');
    const { plan } = planned({ manifests: { deployment, others: [] } });
    expect(at(promoted(plan, REVISION)[0], ...POD, 'initContainers', 0, 'image')).toBe('flyway:10');
  });

  test('the references stay with pinImages off, and where the runtime tells no digest of that repository', () => {
    const off = planned({ options: options({ pinImages: 'off' }) }).plan;
    expect(promoted(off, REVISION)).toEqual(off.toPromote);
    const { plan } = planned();
    expect(promoted(plan, { ...REVISION, imageIDs: { web: DIGEST } })).toEqual(plan.toPromote);
    expect(promoted(plan, { ...REVISION, imageIDs: {} })).toEqual(plan.toPromote);
  });
});
