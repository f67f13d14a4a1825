import { expect, it } from 'vitest';
import { logStateOf } from '../../../src/adapters/kubernetes/container-state.ts';
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
  expect(logStateOf(podJson(pod), 'c')).toEqual({ state, restarts: 3 });
});

it('finds sidecars, and does not know what is not there', () => {
  const pod = podJson(aPod({ containers: [aContainer({ name: 'courier', kind: 'sidecar', state: running() })] }));
  expect(logStateOf(pod, 'courier')).toEqual({ state: 'running', restarts: 0 });
  expect(logStateOf(pod, 'other')).toEqual({ state: 'unknown', restarts: 0 });
});
