import { type Json, at, booleanAt, isObject, listAt, numberAt, stringAt } from '../model/json.ts';
import type { Container, ContainerKind, ContainerState } from '../model/seen.ts';
import { countAt, instantAt, textAt } from './fields.ts';
import { parseProbes } from './probe.ts';
import { parseProgram } from './program.ts';

const UNKNOWN: ContainerState = { kind: 'unknown' };

/**
 * Containers of a pod in the order in which they run: init containers and sidecars, then main ones. A status without a
 * container in the spec is kept, because a container that nobody asked for is evidence too.
 */
export function parseContainers(pod: unknown): readonly Container[] {
  return [
    ...merge(listAt(pod, 'spec', 'initContainers'), listAt(pod, 'status', 'initContainerStatuses'), initKind),
    ...merge(listAt(pod, 'spec', 'containers'), listAt(pod, 'status', 'containerStatuses'), () => 'main'),
  ];
}

function initKind(spec: Json | undefined): ContainerKind {
  return stringAt(spec, 'restartPolicy') === 'Always' ? 'sidecar' : 'init';
}

function merge(
  specs: readonly Json[],
  statuses: readonly Json[],
  kindOf: (spec: Json | undefined) => ContainerKind,
): readonly Container[] {
  const names = [...specs, ...statuses].map((item) => textAt(item, 'name')).filter((name) => name !== '');
  return [...new Set(names)].map((name) => {
    const spec = specs.find((item) => stringAt(item, 'name') === name);
    const status = statuses.find((item) => stringAt(item, 'name') === name);
    return {
      name,
      kind: kindOf(spec),
      image: stringAt(spec, 'image') ?? textAt(status, 'image'),
      imageID: textAt(status, 'imageID'),
      ready: booleanAt(status, 'ready') === true,
      restartCount: countAt(status, 'restartCount'),
      state: parseContainerState(at(status, 'state')),
      lastState: parseContainerState(at(status, 'lastState')),
      started: booleanAt(status, 'started') === true,
      probes: parseProbes(spec),
      ports: listAt(spec, 'ports').map((port) => ({
        name: textAt(port, 'name'),
        containerPort: countAt(port, 'containerPort'),
      })),
      memoryLimit: memoryLimit(spec),
      program: spec === undefined ? undefined : parseProgram(spec),
    };
  });
}

function memoryLimit(spec: Json | undefined): string | undefined {
  const path = ['resources', 'limits', 'memory'];
  return stringAt(spec, ...path) ?? numberAt(spec, ...path)?.toString();
}

/** Exactly one of the three states, complete; anything else is `unknown`, which no rule takes for a good end. */
export function parseContainerState(json: unknown): ContainerState {
  if (!isObject(json)) return UNKNOWN;
  const states = ['waiting', 'running', 'terminated'].filter((key) => isObject(at(json, key)));
  if (states.length !== 1) return UNKNOWN;
  switch (states[0]) {
    case 'waiting':
      return {
        kind: 'waiting',
        reason: textAt(json, 'waiting', 'reason'),
        message: textAt(json, 'waiting', 'message'),
      };
    case 'running':
      return { kind: 'running', startedAtMs: instantAt(json, 'running', 'startedAt') };
    default:
      return terminated(at(json, 'terminated'));
  }
}

function terminated(json: unknown): ContainerState {
  const exitCode = numberAt(json, 'exitCode');
  if (exitCode === undefined || !Number.isInteger(exitCode)) return UNKNOWN;
  return {
    kind: 'terminated',
    exitCode,
    signal: numberAt(json, 'signal'),
    reason: textAt(json, 'reason'),
    message: textAt(json, 'message'),
    startedAtMs: instantAt(json, 'startedAt'),
    finishedAtMs: instantAt(json, 'finishedAt'),
  };
}
