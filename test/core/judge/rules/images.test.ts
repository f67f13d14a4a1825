import { describe, expect, it } from 'vitest';
import { CAUSES, type Cause, isCause } from '../../../../src/core/causes/index.ts';
import { decide } from '../../../../src/core/judge/decide.ts';
import { imageRule } from '../../../../src/core/judge/rules/images.ts';
import type { Party } from '../../../../src/core/judge/rules/rule.ts';
import type { ClusterEvent, ContainerState, Observation, Pod } from '../../../../src/core/model/seen.ts';
import { aContainer, aPod, anEvent, anObservation, running, waiting } from '../../../fakes/builders.ts';
import { contextOf } from '../world.ts';

const IMAGE = 'registry.example/web:2';
const PARTIES = [
  ['sut', 'Sut'],
  ['testcar', 'Testcar'],
] as const;

/** Each trouble of a pull: the words of the runtime, its cause without the party, and from when on it decides. */
const TROUBLES: readonly (readonly [text: string, cause: string, graceMs: number])[] = [
  [`"${IMAGE}": not found`, 'ImageNotFound', 10_000],
  ['failed with status code [manifests 2]: 401 Unauthorized', 'ImageUnauthorized', 30_000],
  ['failed with status code [manifests 2]: 403 Forbidden', 'ImageUnauthorized', 30_000],
  ['failed with status code [manifests 2]: 429 Too Many Requests', 'ImageRateLimited', 60_000],
  ['x509: certificate signed by unknown authority', 'ImageRegistryTls', 30_000],
  ['dial tcp: lookup registry.example: no such host', 'ImageRegistryNotResolved', 60_000],
  ['dial tcp 10.0.0.1:443: connect: connection refused', 'ImageRegistryUnreachable', 60_000],
  ['dial tcp 10.0.0.1:443: i/o timeout', 'ImageRegistryUnreachable', 60_000],
  ['failed with status code [manifests 2]: 503 Service Unavailable', 'ImageRegistryUnreachable', 60_000],
  ['no match for platform in manifest: not found', 'ImageWrongPlatform', 10_000],
  ['failed to extract layer sha256:5: unexpected EOF: unknown', 'ImageUnpackFailed', 60_000],
  ['failed to extract layer sha256:5: write x: no space left on device: unknown', 'ImageDiskFull', 60_000],
  ['image pull failed because the signature validation failed', 'ImagePullFailed', 60_000],
  ['something that nobody has read before', 'ImagePullFailed', 60_000],
];

const failed = (text: string): ContainerState => waiting('ErrImagePull', text);
const OLD_BACK_OFF = waiting('ImagePullBackOff', `Back-off pulling image "${IMAGE}"`);

function podIn(state: ContainerState): Pod {
  return aPod({ phase: 'Pending', ready: false, containers: [aContainer({ image: IMAGE, ready: false, state })] });
}

type Moment = { atMs: number; state: ContainerState; events?: readonly ClusterEvent[] };

function verdict(party: Party, ...moments: readonly [Moment, ...Moment[]]): { decided: Cause[]; pending: Cause[] } {
  const all = moments.map(({ atMs, state, events = [] }): [Pod, Observation] => {
    const pod = podIn(state);
    return [pod, anObservation({ atMs, events, ...(party === 'sut' ? { sutPods: [pod] } : { testcarPods: [pod] }) })];
  });
  const [pod, now] = all.at(-1) ?? [];
  if (pod === undefined || now === undefined) throw new Error('no moment');
  const ctx = contextOf(now, { history: all.slice(0, -1).map(([, seen]) => seen) });
  const { decided, pending } = decide([imageRule], { ...ctx, party, pods: [pod], owner: undefined });
  return { decided: decided.map(({ cause }) => cause), pending: pending.map(({ cause }) => cause) };
}

describe.each(PARTIES)('%s', (party, prefix) => {
  it.each(TROUBLES)('%s', (text, name, graceMs) => {
    const cause = prefix + name;
    if (!isCause(cause)) throw new Error(`no cause ${cause}`);
    const first = { atMs: 0, state: failed(text) };
    expect(verdict(party, first, { atMs: graceMs - 1, state: failed(text) })).toEqual({
      decided: [],
      pending: [cause],
    });
    expect(verdict(party, first, { atMs: graceMs, state: failed(text) })).toEqual({ decided: [cause], pending: [] });
    expect(CAUSES[cause].graceMs).toBe(graceMs);
  });

  it.each(TROUBLES)('the back-off of a kubelet before 1.32 does not hide %s', (text, name, graceMs) => {
    const before = { atMs: 0, state: failed(text) };
    expect(verdict(party, before, { atMs: graceMs, state: OLD_BACK_OFF }).decided).toEqual([prefix + name]);
  });

  it.each(TROUBLES)('a gate that comes into the back-off reads %s from the event', (text, name, graceMs) => {
    const pod = podIn(OLD_BACK_OFF);
    const events = [
      anEvent('Failed', `Failed to pull image "${IMAGE}": ${text}`, { kind: 'Pod', name: pod.meta.name }),
    ];
    const moment = { state: OLD_BACK_OFF, events };
    expect(verdict(party, { ...moment, atMs: 0 }, { ...moment, atMs: graceMs }).decided).toEqual([prefix + name]);
  });

  it.each(TROUBLES)('the back-off of a kubelet since 1.32 tells %s itself', (text, name, graceMs) => {
    const state = waiting('ImagePullBackOff', `Back-off pulling image "${IMAGE}": ErrImagePull: ${text}`);
    expect(verdict(party, { atMs: 0, state }, { atMs: graceMs, state }).decided).toEqual([prefix + name]);
  });
});

describe('does not fire', () => {
  it('once the container runs, whatever was remembered', () => {
    const before = { atMs: 0, state: failed('x509: certificate signed by unknown authority') };
    expect(verdict('sut', before, { atMs: 3_600_000, state: running() })).toEqual({ decided: [], pending: [] });
  });

  it('while the image is being pulled', () => {
    const state = waiting('ContainerCreating');
    expect(verdict('sut', { atMs: 0, state }, { atMs: 3_600_000, state })).toEqual({ decided: [], pending: [] });
  });

  it('with the text of another image, nor with an event of another pod', () => {
    const events = [
      anEvent('Failed', 'Failed to pull image "registry.example/other:1": 401 Unauthorized', {
        kind: 'Pod',
        name: podIn(OLD_BACK_OFF).meta.name,
      }),
      anEvent('Failed', `Failed to pull image "${IMAGE}": 401 Unauthorized`, { kind: 'Pod', name: 'another' }),
    ];
    expect(verdict('sut', { atMs: 0, state: OLD_BACK_OFF, events }).pending).toEqual(['SutImagePullFailed']);
  });
});

describe('the second pull', () => {
  const again = (text: string) =>
    verdict(
      'sut',
      { atMs: 0, state: failed(text) },
      { atMs: 500, state: OLD_BACK_OFF },
      { atMs: 5_000, state: failed(text) },
    ).decided;

  it.each([
    ['not found', 'SutImageNotFound'],
    ['no match for platform in manifest: not found', 'SutImageWrongPlatform'],
  ])('decides at once that it is %s', (text, cause) => {
    expect(again(text)).toEqual([cause]);
  });

  it('does not decide what a registry may still change', () => {
    expect(again('503 Service Unavailable')).toEqual([]);
    expect(again('401 Unauthorized')).toEqual([]);
  });

  it('counts by its newest words', () => {
    const text = waiting('ImagePullBackOff', `Back-off pulling image "${IMAGE}": ErrImagePull: 401 Unauthorized`);
    const before = { atMs: 0, state: failed('503 Service Unavailable') };
    expect(verdict('sut', before, { atMs: 30_000, state: text }).decided).toEqual(['SutImageUnauthorized']);
  });
});
