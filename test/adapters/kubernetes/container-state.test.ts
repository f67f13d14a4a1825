import { expect, it } from 'vitest';
import { instanceStateOf } from '../../../src/adapters/kubernetes/container-state.ts';
import type { Container, Pod } from '../../../src/core/model/seen.ts';
import { podJson } from '../../fakes/as-json.ts';
import { aContainer, aPod, exited, running, waiting } from '../../fakes/builders.ts';

const none = { kind: 'unknown' } as const;

it.each<[string, Partial<Container>, Pod['phase'], string]>([
  ['runs', { state: running() }, 'Running', 'running'],
  ['has ended', { state: exited(1) }, 'Running', 'ended'],
  ['is created', { state: waiting('ContainerCreating') }, 'Pending', 'waiting'],
  ['waits for its next start', { state: waiting('CrashLoopBackOff'), lastState: exited(1) }, 'Running', 'ended'],
  ['has no state yet', { state: none }, 'Pending', 'waiting'],
  ['has no state although the pod runs', { state: none }, 'Running', 'unknown'],
  ['has no state and never will', { state: none }, 'Failed', 'never-started'],
  ['waits in a pod that has failed', { state: waiting('ContainerCreating') }, 'Failed', 'never-started'],
])('a container that %s', (_, over, phase, state) => {
  const pod = aPod({ phase, containers: [aContainer({ name: 'c', restartCount: 3, ...over })] });
  expect(instanceStateOf(podJson(pod), 'c', 3)).toBe(state);
});

it.each([
  [4, 'waiting'],
  [3, 'running'],
  [2, 'replaced'],
  [1, 'gone'],
])('of a container that was restarted three times and runs, instance %i is %s', (restart, state) => {
  const pod = aPod({
    containers: [aContainer({ name: 'c', restartCount: 3, state: running(), lastState: exited(1) })],
  });
  expect(instanceStateOf(podJson(pod), 'c', restart)).toBe(state);
});

it('an instance that the pod has never seen does not come when the pod is over', () => {
  const pod = aPod({ phase: 'Failed', containers: [aContainer({ name: 'c', restartCount: 0, state: exited(1) })] });
  expect(instanceStateOf(podJson(pod), 'c', 1)).toBe('never-started');
});

it('finds sidecars, and does not know what is not there', () => {
  const pod = podJson(aPod({ containers: [aContainer({ name: 'courier', kind: 'sidecar', state: running() })] }));
  expect(instanceStateOf(pod, 'courier', 0)).toBe('running');
  expect(instanceStateOf(pod, 'other', 0)).toBe('unknown');
});
