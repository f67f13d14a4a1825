import type { Observation } from '../model/seen.ts';
import type { Endpoint } from '../model/surroundings.ts';
import { serves } from './endpoints.ts';

/** An endpoint to which a Service sent at some time. Times are the gate's clock. */
export type EndpointMemory = { endpoint: Endpoint; firstMs: number; lastMs: number };

/** Service → pod UID, or addresses where no pod is behind them → what was seen of it. */
export type EndpointMemories = ReadonlyMap<string, ReadonlyMap<string, EndpointMemory>>;

/** A Service that is pointed elsewhere and back again looks right at the end: where it ever sent to is remembered. */
export function rememberEndpoints(before: EndpointMemories, { around, atMs }: Observation): EndpointMemories {
  // What could not be read lately is not judged again.
  if (around.reads.endpointSlices.state !== 'current') return before;
  const next = new Map([...before].map(([service, known]) => [service, new Map(known)]));
  for (const { serviceName, endpoints } of around.endpointSlices) {
    if (serviceName === undefined) continue;
    const known = next.get(serviceName) ?? new Map<string, EndpointMemory>();
    next.set(serviceName, known);
    for (const endpoint of endpoints.filter(serves)) {
      const key = endpoint.targetUid ?? endpoint.addresses.join(' ');
      known.set(key, { endpoint, firstMs: known.get(key)?.firstMs ?? atMs, lastMs: atMs });
    }
  }
  return next;
}
