import { expect, it } from 'vitest';
import { blockingContainer, containerInWords, newestWarning, tellingMessage } from '../../../src/core/judge/explain.ts';
import { aContainer, aPod, aProbe, anEvent, anObservation, exited, running, waiting } from '../../fakes/builders.ts';

const init = (state: ReturnType<typeof exited>): ReturnType<typeof aContainer> =>
  aContainer({ name: 'init', kind: 'init', ready: false, state });
const web = aContainer({ ready: false, state: running() });

it('is kept waiting by an init container only until that has ended with 0', () => {
  expect(blockingContainer(aPod({ containers: [init(exited(0)), web] }))?.name).toBe('web');
  expect(blockingContainer(aPod({ containers: [init(exited(1)), web] }))?.name).toBe('init');
  expect(blockingContainer(aPod({ containers: [init(running()), web] }))?.name).toBe('init');
});

it('names the startup probe only where there is one that has not passed', () => {
  const probes = { startup: aProbe(), readiness: aProbe() };
  const words = (over: Parameters<typeof aContainer>[0]): string =>
    containerInWords(aContainer({ ready: false, state: running(), ...over }));
  expect(words({ probes, started: false })).toBe('running, startup probe not passed yet');
  expect(words({ probes, started: true })).toBe('running, readiness probe not passing');
  expect(words({ probes: { readiness: aProbe() }, started: false })).toBe('running, readiness probe not passing');
});

it('takes the words of a state before those of an event, and an event where the state has none', () => {
  const telling = (message: string): string | undefined => {
    const pod = aPod({ containers: [aContainer({ ready: false, state: waiting('CrashLoopBackOff', message) })] });
    const event = anEvent('BackOff', 'it failed', { kind: 'Pod', name: pod.meta.name, uid: pod.meta.uid });
    return tellingMessage(anObservation({ events: [event] }), pod);
  };
  expect(telling('back-off 10s')).toBe('back-off 10s');
  expect(telling('')).toBe('BackOff: it failed');
});

it('of two warnings of one second takes the later one of the list', () => {
  const event = (message: string): ReturnType<typeof anEvent> =>
    anEvent('BackOff', message, { kind: 'Pod', name: 'p', uid: 'u' }, { lastSeenMs: 5000 });
  expect(newestWarning([event('first'), event('second')], 'u')?.message).toBe('second');
});
