import { versus } from '../causes/wording.ts';
import { endpointsOf } from './endpoints.ts';
import type { GuardrailInput, Measured } from './guardrails.ts';
import { servingOf } from './live-services.ts';

export function endpointsMissing(input: GuardrailInput): Measured {
  const { revision, plan } = input;
  const known = endpointsOf(input.seen, plan.serviceName);
  if (known.kind === 'unknown') return { unknown: known.why };
  const reached = revision.podUids.filter((uid) => known.ready.some(({ targetUid }) => targetUid === uid));
  const details = versus(`${revision.podUids.length}`, `${reached.length}`);
  return {
    value: revision.podUids.length - reached.length,
    finding: () => ({ cause: 'SutNoEndpoints', evidence: { object: `service/${plan.serviceName}`, details } }),
  };
}

export function foreignEndpoints(input: GuardrailInput): Measured {
  const { seen, revision, plan } = input;
  const known = endpointsOf(seen, plan.serviceName);
  if (known.kind === 'unknown') return { unknown: known.why };
  const own = seen.sutPods
    .filter(({ meta }) => meta.controllerUid === revision.replicaSetUid)
    .map(({ meta }) => meta.uid);
  const allowed = [...revision.podUids, ...own];
  const foreign = known.ready.filter(({ targetUid }) => targetUid === undefined || !allowed.includes(targetUid));
  const found = foreign.map(({ targetName, addresses }) => targetName ?? addresses.join(' ')).join(', ');
  const details = versus(`pods of ReplicaSet ${revision.replicaSetName}`, found);
  return {
    value: foreign.length,
    finding: () => ({
      cause: 'EndpointsOfAnotherRevision',
      evidence: { object: `service/${plan.serviceName}`, details },
    }),
  };
}

export function liveServices({ seen, plan, revision }: Pick<GuardrailInput, 'seen' | 'plan' | 'revision'>): Measured {
  const serving = servingOf(seen, plan, revision);
  if (serving.kind === 'unknowable') return { unknown: serving.why };
  if (serving.kind === 'new-revision-alone') return { value: 0 };
  if (serving.services === undefined) return { unknown: 'EndpointSlices were not read' };
  return { value: serving.services, finding: () => serving.finding };
}
