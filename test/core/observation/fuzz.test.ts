import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseClaim,
  parseDeployment,
  parseEndpointSlice,
  parseEvent,
  parseJob,
  parseLease,
  parseNode,
  parsePod,
  parseQuota,
  parseReplicaSet,
} from '../../../src/core/observation/index.ts';
import { READY_POD, OOM_EXIT_ZERO_POD } from '../../fixtures/kubernetes/pods.ts';
import { readinessOf } from '../../../src/core/model/surroundings.ts';
import { CLAIM, ENDPOINT_SLICE, LEASE, NODE, QUOTA } from '../../fixtures/kubernetes/surroundings.ts';
import { CORE_EVENT, DEPLOYMENT, FAILED_JOB, REPLICA_SET } from '../../fixtures/kubernetes/workloads.ts';
import { mutated } from './mutated.ts';

const PARSERS = {
  parsePod,
  parseJob,
  parseDeployment,
  parseReplicaSet,
  parseEvent,
  parseNode,
  parseLease,
  parseClaim,
  parseQuota,
  parseEndpointSlice,
};
const OBJECTS = [
  ...[READY_POD, OOM_EXIT_ZERO_POD, DEPLOYMENT, REPLICA_SET, FAILED_JOB, CORE_EVENT],
  ...[NODE, LEASE, CLAIM, QUOTA, ENDPOINT_SLICE],
];

describe.each(Object.entries(PARSERS))('%s', (_, parse) => {
  it('never throws on any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        parse(json);
      }),
    );
  });

  it('never throws on a mutated object, and what it gives has name and UID', () => {
    fc.assert(
      fc.property(mutated(OBJECTS), (json) => {
        const parsed = parse(json);
        if (parsed !== undefined) expect([parsed.meta.name, parsed.meta.uid]).not.toContain('');
      }),
    );
  });
});

it('a mutated pod is never readier than the original', () => {
  fc.assert(
    fc.property(
      mutated([{ ...READY_POD, status: { ...READY_POD.status, conditions: [], containerStatuses: [] } }]),
      (json) => {
        const pod = parsePod(json);
        expect(pod?.conditions.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false).toBe(false);
        expect(pod?.containers.some(({ ready }) => ready) ?? false).toBe(false);
      },
    ),
  );
});

it('a node without conditions is never ready, however mutated', () => {
  fc.assert(
    fc.property(mutated([{ ...NODE, status: { conditions: [] } }]), (json) => {
      const node = parseNode(json);
      if (node !== undefined) expect(readinessOf(node)).not.toBe('True');
    }),
  );
});
