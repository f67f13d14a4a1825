import type { Observation } from '../model/seen.ts';
import type { Endpoint } from '../model/surroundings.ts';

/** Where a Service sends to, as its EndpointSlices say; what is not read is no proof of anything. */
export type KnownEndpoints = { kind: 'known'; ready: readonly Endpoint[] } | { kind: 'unknown'; why: string };

/** https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions */
export function endpointsOf({ around }: Pick<Observation, 'around'>, service: string): KnownEndpoints {
  const read = around.reads.endpointSlices;
  if (read.state === 'failing') return { kind: 'unknown', why: `EndpointSlices cannot be read (${read.error.kind})` };
  if (read.state !== 'current') return { kind: 'unknown', why: 'EndpointSlices were not read' };
  const slices = around.endpointSlices.filter(({ serviceName }) => serviceName === service);
  // The controller makes a slice for every Service with a selector, an empty one too: none means that it is too early.
  if (slices.length === 0) return { kind: 'unknown', why: `Service ${service} has no EndpointSlice yet` };
  return { kind: 'known', ready: slices.flatMap((slice) => slice.endpoints).filter(serves) };
}

export function serves({ ready, terminating }: Endpoint): boolean {
  return ready && !terminating;
}
