import { type Json, type JsonObject, isObject, listAt, numberAt, objectAt, stringAt } from '../model/json.ts';
import type { Labels } from './naming.ts';
import { labelSelector, selects, templateLabels } from './selectors.ts';

/**
 * The pod template of the copy: other labels, own ports only inside the pod, and rules about "pods like me" that speak
 * of the copy instead of the live revision.
 */
export function previewTemplate(
  deployment: JsonObject,
  labels: Labels,
  own: Labels,
): { template: JsonObject; notes: readonly string[] } {
  const template = objectAt(deployment, 'spec', 'template');
  const notes: string[] = [];
  const spec = withoutHostPorts(withOwnNeighbours(objectAt(template, 'spec'), templateLabels(deployment), own), notes);
  notes.push(...sharedStorage(spec));
  return { template: { ...template, metadata: { ...objectAt(template, 'metadata'), labels }, spec }, notes };
}

/**
 * A required anti-affinity of the live pods against themselves would forbid the copy every node that they are on, and
 * spreading would count pods that are not the copy's.
 */
function withOwnNeighbours(spec: JsonObject, labels: Labels, own: Labels): JsonObject {
  const walk = (json: Json): Json => {
    if (Array.isArray(json)) return listAt(json).map(walk);
    if (!isObject(json)) return json;
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => {
        const isOwn = key === 'labelSelector' && isObject(value) && selects(labelSelector(value, key), labels);
        if (isOwn) return [key, { matchLabels: own }];
        return [key, value === undefined ? value : walk(value)];
      }),
    );
  };
  const { affinity, topologySpreadConstraints } = spec;
  return {
    ...spec,
    ...(affinity === undefined ? {} : { affinity: walk(affinity) }),
    ...(topologySpreadConstraints === undefined ? {} : { topologySpreadConstraints: walk(topologySpreadConstraints) }),
  };
}

/** A port of the node can be taken once only, and the live pods have it. With hostNetwork it cannot be left out. */
function withoutHostPorts(spec: JsonObject, notes: string[]): JsonObject {
  if (spec['hostNetwork'] === true) {
    notes.push('The pods use the network of their node (hostNetwork): the copy needs a node where its ports are free.');
    return spec;
  }
  const withoutHostPort = (container: Json): Json => {
    const ports = listAt(container, 'ports');
    if (!isObject(container) || !ports.some((port) => numberAt(port, 'hostPort') !== undefined)) return container;
    notes.push(
      `The copy leaves out hostPort of container ${stringAt(container, 'name') ?? ''}: the live pods hold it.`,
    );
    return { ...container, ports: ports.map(insideOnly) };
  };
  const { containers, initContainers } = spec;
  return {
    ...spec,
    ...(containers === undefined ? {} : { containers: listAt(spec, 'containers').map(withoutHostPort) }),
    ...(initContainers === undefined ? {} : { initContainers: listAt(spec, 'initContainers').map(withoutHostPort) }),
  };
}

function insideOnly(port: Json): Json {
  if (!isObject(port)) return port;
  const { hostPort: _hostPort, hostIP: _hostIP, ...rest } = port;
  return rest;
}

function sharedStorage(spec: JsonObject): readonly string[] {
  const claims = listAt(spec, 'volumes').map((volume) => stringAt(volume, 'persistentVolumeClaim', 'claimName'));
  return claims
    .filter((claim) => claim !== undefined)
    .map(
      (claim) =>
        `The copy mounts PersistentVolumeClaim ${claim}, as the live pods do: both see and change the same files.`,
    );
}
