import { expect, it } from 'vitest';
import type { Pod } from '../../src/core/model/seen.ts';
import { logTails } from '../../src/gate/evidence.ts';
import type { FollowedLog } from '../../src/gate/log-following.ts';
import type { Logs } from '../../src/ports.ts';
import { aPlan, courierContainer, endedPod, testContainer } from '../core/judge/world.ts';
import { aContainer, aPod, anObservation, exited, running, waiting } from '../fakes/builders.ts';
import { aLedger } from '../fakes/ledgers.ts';
import { makeFakes } from '../fakes/make-fakes.ts';

const LINES = 'one\ntwo\n';

/** What is read of these pods, as `pod/container`, with ` --previous` for the instance before. */
async function read(
  { sutPods = [], testcarPods = [] }: { sutPods?: readonly Pod[]; testcarPods?: readonly Pod[] },
  { followed = [], text = LINES }: { followed?: readonly FollowedLog[]; text?: string } = {},
): Promise<{ reads: string[]; complete: readonly string[] }> {
  const { ports } = makeFakes();
  const reads: string[] = [];
  const logs: Logs = {
    ...ports.logs,
    read: ({ pod, container, previous, tailLines }) => {
      reads.push(`${pod}/${container}${previous === true ? ' --previous' : ''} ${tailLines ?? 'all'}`);
      return Promise.resolve({ ok: true, value: text });
    },
  };
  const tails = await logTails(aPlan(), anObservation({ sutPods, testcarPods }), followed, { ...ports, logs });
  return { reads, complete: tails.map(({ complete }) => complete) };
}

const sut = (name: string, over: Parameters<typeof aContainer>[0]): Pod =>
  aPod({ name, containers: [aContainer(over)] });

it.each<[string, Parameters<typeof aContainer>[0], string[]]>([
  ['runs well', { state: running() }, []],
  ['ended with 0', { state: exited(0) }, []],
  ['ended with 3', { state: exited(3) }, ['a/web 50']],
  ['was killed for memory and ended with 0', { state: exited(0, { reason: 'OOMKilled' }) }, ['a/web 50']],
  ['was restarted and runs', { restartCount: 1, lastState: exited(3) }, ['a/web --previous 50']],
  [
    'waits to be started again',
    { restartCount: 1, state: waiting('CrashLoopBackOff'), lastState: exited(3) },
    ['a/web --previous 50'],
  ],
  ['was restarted, and nobody knows how it ended', { restartCount: 1 }, []],
  ['is down after a restart', { restartCount: 1, state: exited(0), lastState: exited(3) }, ['a/web 50']],
])('a container that %s', async (_, over, reads) => {
  expect((await read({ sutPods: [sut('a', over)] })).reads).toEqual(reads);
});

it('the first four containers tell the story, the SUT first', async () => {
  const bad = { state: exited(1) };
  const testcarPods = [endedPod({ containers: [courierContainer(bad), testContainer(bad)] })];
  const sutPods = ['a', 'b', 'c'].map((name) => sut(name, bad));
  expect((await read({ sutPods, testcarPods })).reads).toEqual([
    'a/web 50',
    'b/web 50',
    'c/web 50',
    'testcar-1-x1/testcar 50',
  ]);
  const more = ['a', 'b', 'c', 'd', 'e'].map((name) => sut(name, bad));
  expect((await read({ sutPods: more, testcarPods })).reads).toHaveLength(4);
});

it('what was followed live is not read again, and what was not followed is', async () => {
  const pod = endedPod({
    containers: [testContainer({ state: exited(1) }), testContainer({ name: 'proxy', state: exited(1) })],
  });
  const ledger = aLedger({ pod: 'testcar-1-x1', container: 'testcar' });
  const followed = [{ pod: 'testcar-1-x1', tail: ['last'], ledger }];
  expect((await read({ testcarPods: [pod] }, { followed })).reads).toEqual(['testcar-1-x1/proxy 50']);
  expect((await read({ testcarPods: [pod] })).reads).toEqual(['testcar-1-x1/testcar 50', 'testcar-1-x1/proxy 50']);
});

it('fifty lines may be the last of more', async () => {
  const sutPods = [sut('a', { state: exited(1) })];
  const lines = (count: number): string => 'line\n'.repeat(count);
  expect((await read({ sutPods }, { text: lines(49) })).complete).toEqual(['complete']);
  expect((await read({ sutPods }, { text: lines(50) })).complete).toEqual(['last 50 lines']);
});
