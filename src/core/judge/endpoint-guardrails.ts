import { versus } from '../causes/wording.ts';
import type { Endpoint } from '../model/surroundings.ts';
import { type KnownEndpoints, endpointsOf } from './endpoints.ts';
import type { GuardrailInput, Measured } from './guardrails.ts';
import { servingOf } from './live-services.ts';
import type { Memory } from './memory.ts';
import { podsOf } from './pod-facts.ts';

export function endpointsMissing(input: GuardrailInput): Measured {
  const { revision, plan } = input;
  const known = endpointsNow(input);
  if (known.kind === 'unknown') return { unknown: known.why };
  const reached = revision.podUids.filter((uid) => known.ready.some(({ targetUid }) => targetUid === uid));
  const details = versus(`${revision.podUids.length}`, `${reached.length}`);
  return {
    value: revision.podUids.length - reached.length,
    finding: () => ({ cause: 'SutNoEndpoints', evidence: { object: `service/${plan.serviceName}`, details } }),
  };
}

/** A Service that had slices and has none was deleted: it sends nowhere any more, which is known. */
function endpointsNow({ seen, plan, memory }: GuardrailInput): KnownEndpoints {
  const known = endpointsOf(seen, plan.serviceName);
  const isGone = seen.around.reads.endpointSlices.state === 'current' && memory.endpoints.has(plan.serviceName);
  return known.kind === 'unknown' && isGone ? { kind: 'known', ready: [] } : known;
}

/** Also those of a while ago: tests that they answered may have met another revision than the one that is there now. */
export function foreignEndpoints(input: GuardrailInput): Measured {
  const { revision, plan, memory } = input;
  const known = endpointsNow(input);
  if (known.kind === 'unknown') return { unknown: known.why };
  const own = ownUids(input);
  const isOwn = ({ targetUid }: Endpoint): boolean => targetUid !== undefined && own.has(targetUid);
  const now = known.ready.filter((endpoint) => !isOwn(endpoint)).map(inWords);
  const before = formerEndpoints(memory, plan.serviceName, isOwn)
    .map((endpoint) => `${inWords(endpoint)} for a time`)
    .filter((words) => !now.some((name) => words.startsWith(`${name} `)));
  const found = [...now, ...before];
  const details = versus(`pods of ReplicaSet ${revision.replicaSetName}`, found.join(', '));
  return {
    value: found.length,
    finding: () => ({
      cause: 'EndpointsOfAnotherRevision',
      evidence: { object: `service/${plan.serviceName}`, details },
    }),
  };
}

/** Every pod of the tested ReplicaSet that was ever seen, also one that an autoscaler brought and took away again. */
function ownUids({ revision, seen, memory }: GuardrailInput): ReadonlySet<string> {
  const known = [...seen.sutPods, ...[...memory.pods.values()].map(({ pod }) => pod)];
  return new Set([...revision.podUids, ...podsOf(known, revision.replicaSetUid).map(({ meta }) => meta.uid)]);
}

/** What an earlier run left under the Service's name is gone when the Service first sends to the tested pods. */
function formerEndpoints(
  { endpoints }: Memory,
  service: string,
  isOwn: (endpoint: Endpoint) => boolean,
): readonly Endpoint[] {
  const known = [...(endpoints.get(service)?.values() ?? [])];
  const fromMs = Math.min(...known.filter(({ endpoint }) => isOwn(endpoint)).map(({ firstMs }) => firstMs));
  return known.filter(({ endpoint, lastMs }) => !isOwn(endpoint) && lastMs > fromMs).map(({ endpoint }) => endpoint);
}

function inWords({ targetName, addresses }: Endpoint): string {
  return targetName ?? addresses.join(' ');
}

export function liveServices({ seen, plan, revision }: Pick<GuardrailInput, 'seen' | 'plan' | 'revision'>): Measured {
  const serving = servingOf(seen, plan, revision);
  if (serving.kind === 'unknowable') return { unknown: serving.why };
  if (serving.kind === 'new-revision-alone') return { value: 0 };
  if (serving.services === undefined) return { unknown: 'EndpointSlices were not read' };
  return { value: serving.services, finding: () => serving.finding };
}
