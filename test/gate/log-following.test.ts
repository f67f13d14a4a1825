import { describe, expect, it } from 'vitest';
import type { Container, Observation, Pod } from '../../src/core/model/seen.ts';
import { type Followed, Follower } from '../../src/gate/log-following.ts';
import { aContainer, aTestcarPod, anObservation, exited, running, uidOf, waiting } from '../fakes/builders.ts';
import { type Fakes, makeFakes } from '../fakes/make-fakes.ts';
import { aPlan } from '../core/judge/world.ts';

const JOB = uidOf('Job', 'testcar-1');
const POD = 'testcar-1-x1';
const COURIER = 'testcar-gate-courier';

type World = Fakes & { follower: Follower; cancel: AbortController };

function world(shards = 1): World {
  const fakes = makeFakes();
  const cancel = new AbortController();
  const plan = aPlan({ shards });
  return { ...fakes, cancel, follower: new Follower(plan, JOB, fakes.ports, cancel.signal) };
}

function seen(...pods: Pod[]): Observation {
  return anObservation({ testcarPods: pods });
}
const podOf = (...containers: Container[]): Pod => aTestcarPod({ containers });
const testcar = (over: Partial<Container> = {}): Container =>
  aContainer({ name: 'testcar', state: running(), ...over });
const other = (name: string, over: Partial<Container> = {}): Container =>
  aContainer({ name, state: running(), ...over });
const relayed = ({ host }: World): readonly string[] => host.relayed.map(({ source, line }) => `${source} | ${line}`);
const drained = (of: World, ended = true): Promise<Followed> => of.clock.run(of.follower.drain(ended));
const ends = ({ ledgers }: Followed): readonly string[] =>
  ledgers.map(({ container, restart, end }) => `${container}/${restart} ${end.kind}`);

describe('which logs are followed', () => {
  it('every container that has started, the test container first, but not the courier', () => {
    const { follower, cluster } = world();
    const init = other('wait', { kind: 'init', state: exited(0) });
    const sidecar = other('mesh', { kind: 'sidecar' });
    const mute = other('later', { state: waiting('PodInitializing') });
    follower.look(seen(podOf(init, sidecar, other(COURIER, { kind: 'sidecar' }), mute, testcar())));
    expect(cluster.logs.followed).toEqual([`${POD}/testcar`, `${POD}/wait`, `${POD}/mesh`]);
  });

  it('each instance once, however often it is seen', () => {
    const { follower, cluster } = world();
    for (const state of [running(), running(), exited(0)]) follower.look(seen(podOf(testcar({ state }))));
    expect(cluster.logs.followed).toEqual([`${POD}/testcar`]);
  });

  it('an instance that was replaced before anybody saw it, and the one after it', async () => {
    const all = world();
    all.cluster.logs.setPrevious(`${POD}/mesh`, 'before');
    all.cluster.logs.write(`${POD}/mesh`, 'after');
    all.follower.look(seen(podOf(other('mesh', { restartCount: 1, lastState: exited(1) }))));
    await all.clock.advanceBy(0);
    expect(relayed(all)).toEqual(['mesh | before', 'mesh (restart 1) | after']);
    expect(ends(await drained(all, false))).toEqual(['mesh/0 read-to-end', 'mesh/1 stopped']);
  });

  it('what a container wrote that waits for its next start', () => {
    const { follower, cluster } = world();
    const again = { restartCount: 2, state: waiting('CrashLoopBackOff'), lastState: exited(1) };
    follower.look(seen(podOf(other('mesh', again))));
    expect(cluster.logs.followed).toEqual([`${POD}/mesh (restart 2)`]);
  });

  it('not those of the pods of another Job', () => {
    const { follower, cluster } = world();
    follower.look(seen({ ...podOf(testcar()), meta: { ...podOf().meta, controllerUid: 'other' } }));
    expect(cluster.logs.followed).toEqual([]);
  });

  it('marks lines with container and shard', async () => {
    const all = world(2);
    for (const index of [0, 1]) {
      const pod = aTestcarPod({ name: `p${index}`, completionIndex: index, containers: [testcar(), other('mesh')] });
      all.cluster.logs.write(`p${index}/testcar`, `t${index}`);
      all.cluster.logs.write(`p${index}/mesh`, `m${index}`);
      all.follower.look(seen(pod));
    }
    await all.clock.advanceBy(0);
    expect([...relayed(all)].sort()).toEqual([
      'mesh 1/2 | m0',
      'mesh 2/2 | m1',
      'testcar 1/2 | t0',
      'testcar 2/2 | t1',
    ]);
  });

  it('32 at a time, test containers first; the others are read as those end, and say so', async () => {
    const all = world();
    const names = Array.from({ length: 40 }, (_, at) => `c${at}`);
    all.follower.look(seen(podOf(...names.map((name) => other(name)), testcar())));
    const { followed } = all.cluster.logs;
    expect(followed).toHaveLength(32);
    expect(followed[0]).toBe(`${POD}/testcar`);
    for (const name of ['testcar', ...names]) all.cluster.logs.end(`${POD}/${name}`);
    const { ledgers } = await drained(all);
    expect(followed).toHaveLength(41);
    expect(ledgers.every(({ end }) => end.kind === 'read-to-end')).toBe(true);
    const waited = ledgers.filter(({ end }) => end.detail?.includes('32 logs at a time') === true);
    expect(waited.map(({ container }) => container)).toEqual(names.slice(31));
  });

  it('an instance that was replaced twice while it waited for its turn is gone', async () => {
    const all = world();
    const names = Array.from({ length: 33 }, (_, at) => `c${at}`);
    all.follower.look(seen(podOf(...names.map((name) => other(name)))));
    const restarted = { restartCount: 2, lastState: exited(1) };
    all.follower.look(seen(podOf(...names.map((name) => other(name, name === 'c32' ? restarted : {})))));
    expect(ends(await drained(all, false)).filter((end) => end.startsWith('c32'))).toEqual([
      'c32/0 instance-gone',
      'c32/1 stopped',
      'c32/2 stopped',
    ]);
  });
});

describe('draining', () => {
  const started = (): World => {
    const all = world();
    all.follower.look(seen(podOf(testcar())));
    return all;
  };

  it('takes no time when everything is read', async () => {
    const all = started();
    all.cluster.logs.write(`${POD}/testcar`, 'a', 'b');
    all.cluster.logs.end(`${POD}/testcar`);
    const { tails, ledgers } = await drained(all);
    expect(all.clock.nowMs()).toBe(0);
    expect(tails).toMatchObject([{ pod: POD, tail: ['a', 'b'], ledger: { end: { kind: 'read-to-end' } } }]);
    expect(ledgers).toHaveLength(1);
    expect(all.clock.pending()).toBe(0);
  });

  it('takes no time when there is nothing', async () => {
    const all = world();
    expect(await drained(all)).toEqual({ tails: [], ledgers: [] });
    expect(all.clock.nowMs()).toBe(0);
  });

  it('goes on for as long as lines come, and 5 s more', async () => {
    const all = started();
    for (const ms of [4_000, 8_000, 12_000])
      all.clock.at(ms, () => {
        all.cluster.logs.write(`${POD}/testcar`, 'late');
      });
    const followed = await drained(all);
    expect(all.clock.nowMs()).toBe(17_000);
    expect(ends(followed)).toEqual(['testcar/0 drain-over']);
    expect(followed.ledgers[0]?.lines).toBe(3);
    expect(all.clock.pending()).toBe(0);
  });

  it('is over after 60 s whatever comes', async () => {
    const all = started();
    for (let ms = 1_000; ms < 100_000; ms += 1_000)
      all.clock.at(ms, () => {
        all.cluster.logs.write(`${POD}/testcar`, 'more');
      });
    const followed = await all.clock.run(all.follower.drain(true));
    expect(all.clock.nowMs()).toBe(60_000);
    expect(ends(followed)).toEqual(['testcar/0 drain-over']);
  });

  it('does not wait when the Job has not ended', async () => {
    const all = started();
    all.cluster.logs.write(`${POD}/testcar`, 'a');
    await all.clock.advanceBy(0);
    const followed = await drained(all, false);
    expect(all.clock.nowMs()).toBe(0);
    expect(ends(followed)).toEqual(['testcar/0 stopped']);
    expect(followed.tails[0]?.tail).toEqual(['a']);
  });

  it('stops waiting when the run is cancelled', async () => {
    const all = started();
    all.clock.at(2_000, () => {
      all.cancel.abort(new Error('cancelled'));
    });
    expect(ends(await drained(all))).toEqual(['testcar/0 stopped']);
    expect(all.clock.nowMs()).toBe(2_000);
  });

  it('says the same when it is asked again', async () => {
    const all = started();
    all.cluster.logs.end(`${POD}/testcar`);
    const first = await drained(all);
    expect(await drained(all, false)).toBe(first);
  });

  it('does not wait for a console that takes nothing', async () => {
    const all = started();
    all.host.relay = () => new Promise(() => undefined);
    all.cluster.logs.write(`${POD}/testcar`, 'a');
    expect(ends(await drained(all))).toEqual(['testcar/0 drain-over']);
    expect(all.clock.nowMs()).toBe(5_000);
  });

  it('keeps the last 50 lines of a test container', async () => {
    const all = started();
    const lines = Array.from({ length: 120 }, (_, at) => `${at}`);
    for (let at = 0; at < 120; at += 40) all.cluster.logs.write(`${POD}/testcar`, ...lines.slice(at, at + 40));
    all.cluster.logs.end(`${POD}/testcar`);
    expect((await drained(all)).tails[0]?.tail).toEqual(lines.slice(-50));
  });
});
