import { describe, expect, it } from 'vitest';
import { imagesNotFixed } from '../../../src/core/judge/mutable-images.ts';
import { isMutable } from '../../../src/core/plan/images.ts';
import { judgeReady } from '../../../src/core/judge/ready.ts';
import type { Container, Pod } from '../../../src/core/model/seen.ts';
import { SUT_DIGEST, aContainer, aDeployment, aPod, anObservation } from '../../fakes/builders.ts';
import { aPlan, contextOf, healthySut } from './world.ts';

const OTHER = `sha256:${'c'.repeat(64)}`;

it.each([
  ['web', true],
  ['registry.example:5000/shop/web', true],
  ['web:latest', true],
  ['web:2', false],
  ['web:latest-2', false],
  [`web@${SUT_DIGEST}`, false],
  [`web:latest@${SUT_DIGEST}`, false],
])('%s: mutable %s', (image, expected) => {
  expect(isMutable(image)).toBe(expected);
});

function reasons(pods: readonly Partial<Container>[][], template = 'registry.example/web:2'): readonly unknown[] {
  const all = pods.map((containers, at): Pod =>
    aPod({ name: `web-5d4f-${at + 1}`, containers: containers.map((container) => aContainer(container)) }),
  );
  return imagesNotFixed(aDeployment({ images: { web: template } }), all, undefined).map(
    ({ evidence }) => evidence.reason,
  );
}

describe('imagesNotFixed', () => {
  it.each<[string, Partial<Container>[][], string?]>([
    ['one image in all pods', [[{}], [{}]]],
    ['a mirror that a webhook put in', [[{ image: 'mirror.example/web:2' }]]],
    ['the digest that a webhook put in', [[{ image: `registry.example/web@${SUT_DIGEST}` }]]],
    [
      'several digests of one fixed reference: nodes of several architectures',
      [[{ image: `web@${OTHER}`, imageID: `web@${SUT_DIGEST}` }], [{ image: `web@${OTHER}`, imageID: `web@${OTHER}` }]],
      `registry.example/web@${OTHER}`,
    ],
    ['a pod that has not started', [[{}], [{ imageID: '' }]]],
    ['a sidecar of a fixed version that the Deployment does not name', [[{}, { name: 'proxy', image: 'proxy:1' }]]],
  ])('does not fire for %s', (_, pods, template) => {
    expect(reasons(pods, template)).toEqual([]);
  });

  it.each<[string, Partial<Container>[][], string, string?]>([
    ['a tag that gave two digests', [[{}], [{ imageID: `registry.example/web@${OTHER}` }]], 'PodsDiffer'],
    ['another tag than the template', [[{ image: 'registry.example/web:1' }]], 'NotOfTemplate'],
    ['another digest than the template', [[{ image: `web@${OTHER}` }]], 'NotOfTemplate', `web@${SUT_DIGEST}`],
    ['a tag instead of the digest', [[{ image: 'web:2' }]], 'NotOfTemplate', `web@${SUT_DIGEST}`],
    ['a sidecar of any version', [[{}, { name: 'proxy', kind: 'sidecar', image: 'proxy' }]], 'Mutable'],
    ['an init container of any version', [[{ name: 'init', kind: 'init', image: 'init:latest' }, {}]], 'Mutable'],
  ])('fires for %s', (_, pods, reason, template) => {
    expect(reasons(pods, template)).toEqual([reason]);
  });

  it('leaves to the webhook what admission added, and names it beside', () => {
    const proxies = [
      aContainer({ name: 'proxy', image: 'proxy:latest' }),
      aContainer({ name: 'proxy', image: 'proxy' }),
    ];
    const pods = proxies.map((proxy, at) => aPod({ name: `web-5d4f-${at}`, containers: [aContainer(), proxy] }));
    const asked = { main: new Map([['web', '']]), init: undefined };
    expect(imagesNotFixed(aDeployment(), pods, asked)).toEqual([]);
    expect(
      imagesNotFixed(aDeployment(), pods, { ...asked, main: new Map([...asked.main, ['proxy', '']]) }),
    ).toMatchObject([{ cause: 'SutImagesNotFixed', evidence: { container: 'proxy', reason: 'Mutable' } }]);
    const admitted = judgeReady(contextOf(anObservation({ ...healthySut(), sutPods: pods.slice(0, 1) })));
    expect(admitted).toMatchObject({ kind: 'done' });
  });

  it('names both pods and what they run', () => {
    const pods = [aPod(), aPod({ name: 'web-5d4f-2', containers: [aContainer({ imageID: `web@${OTHER}` })] })];
    expect(imagesNotFixed(aDeployment(), pods, undefined)[0]?.evidence.details).toEqual([
      {
        label: 'found',
        value: `web-5d4f-1 runs registry.example/web@${SUT_DIGEST}, web-5d4f-2 runs web@${OTHER}`,
      },
    ]);
  });
});

describe('judgeReady', () => {
  const outcome = (options: Parameters<typeof aPlan>[0], image = 'registry.example/web:latest'): string => {
    const sut = {
      deployment: aDeployment({ images: { web: image } }),
      sutPods: [aPod({ containers: [aContainer({ image })] })],
    };
    const judgement = judgeReady(contextOf(anObservation({ ...healthySut(), ...sut }), { plan: aPlan(options) }));
    return judgement.kind === 'failed' ? judgement.finding.cause : judgement.kind;
  };

  it('closes before the tests, unless it is allowed', () => {
    expect(outcome({})).toBe('SutImagesNotFixed');
    expect(outcome({ mutableImages: 'allow' })).toBe('done');
  });

  it.each(['preview', 'in-place'] as const)('compares the digest that the build pushed, in %s', (mode) => {
    const tag = 'registry.example/web:2';
    expect(outcome({ mode, expectImage: `registry.example/web@${SUT_DIGEST}` }, tag)).toBe('done');
    expect(outcome({ mode, expectImage: `registry.example/web@${OTHER}` }, tag)).toBe('SutRevisionMismatch');
  });
});
