import { type Json, booleanAt, listAt, numberAt, stringAt } from '../model/json.ts';
import type { Endpoint, EndpointSlice } from '../model/surroundings.ts';
import { nonEmpty, parseMeta, textAt } from './fields.ts';

const SERVICE_LABEL = 'kubernetes.io/service-name';

/** A discovery.k8s.io/v1 EndpointSlice; undefined without name or UID. */
export function parseEndpointSlice(json: unknown): EndpointSlice | undefined {
  const meta = parseMeta(json);
  if (meta === undefined) return undefined;
  return {
    meta,
    serviceName: nonEmpty(meta.labels[SERVICE_LABEL]),
    ports: listAt(json, 'ports').map((port) => ({ name: textAt(port, 'name'), port: numberAt(port, 'port') })),
    endpoints: listAt(json, 'endpoints').map(parseEndpoint),
  };
}

/** What is absent counts as the API says: ready and serving are then true, terminating false. */
function parseEndpoint(json: Json): Endpoint {
  const ready = booleanAt(json, 'conditions', 'ready') ?? true;
  return {
    addresses: listAt(json, 'addresses').filter((address) => typeof address === 'string'),
    ready,
    serving: booleanAt(json, 'conditions', 'serving') ?? ready,
    terminating: booleanAt(json, 'conditions', 'terminating') ?? false,
    targetUid: nonEmpty(stringAt(json, 'targetRef', 'uid')),
    targetName: nonEmpty(stringAt(json, 'targetRef', 'name')),
  };
}
