import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseDeployment,
  parseEvent,
  parseJob,
  parsePod,
  parseReplicaSet,
} from '../../../src/core/observation/index.ts';
import { READY_POD, OOM_EXIT_ZERO_POD } from '../../fixtures/kubernetes/pods.ts';
import { CORE_EVENT, DEPLOYMENT, FAILED_JOB, REPLICA_SET } from '../../fixtures/kubernetes/workloads.ts';
import { mutated } from './mutated.ts';

const PARSERS = { parsePod, parseJob, parseDeployment, parseReplicaSet, parseEvent };
const OBJECTS = [READY_POD, OOM_EXIT_ZERO_POD, DEPLOYMENT, REPLICA_SET, FAILED_JOB, CORE_EVENT];

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
