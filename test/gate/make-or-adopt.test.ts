import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/model/json.ts';
import {
  MANAGED_BY,
  MANAGED_BY_LABEL,
  REVISION_ANNOTATION,
  RUN_LABEL,
  SPEC_HASH_ANNOTATION,
} from '../../src/core/plan/naming.ts';
import { makeOrAdopt } from '../../src/gate/deploy.ts';
import { Made } from '../../src/gate/made.ts';
import { RunLog } from '../../src/gate/run-log.ts';
import { REVISION, aPlan } from '../core/judge/world.ts';
import { NAMESPACE, anApiError } from '../fakes/builders.ts';
import { type Fakes, makeFakes } from '../fakes/make-fakes.ts';

const PLAN = aPlan();

function aJobOf(revision: string): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: 'testcar-1',
      namespace: NAMESPACE,
      labels: { [MANAGED_BY_LABEL]: MANAGED_BY, [RUN_LABEL]: PLAN.runId },
      annotations: { [SPEC_HASH_ANNOTATION]: PLAN.specHash, [REVISION_ANNOTATION]: revision },
    },
    spec: {},
  };
}

const make = (fakes: Fakes) =>
  fakes.clock.run(
    makeOrAdopt(
      aJobOf(REVISION.replicaSetUid),
      PLAN,
      REVISION,
      fakes.ports,
      new Made(),
      new RunLog(fakes.clock, fakes.host),
    ),
  );

describe('a name that is taken', () => {
  it('by what an earlier deployment left is free again when that is gone for good', async () => {
    const fakes = makeFakes();
    const old = fakes.cluster.objects.put(aJobOf('an earlier ReplicaSet'));
    const made = await make(fakes);
    expect(fakes.cluster.objects.summary()).toEqual([
      'create Job/testcar-1',
      'delete Job/testcar-1',
      'create Job/testcar-1',
    ]);
    expect(made.ok && made.value['metadata']).not.toEqual(old['metadata']);
    expect(fakes.host.said).toEqual([
      expect.stringMatching(/^Job testcar-1 of an earlier deployment is deleted first/),
      'Job testcar-1 created',
    ]);
  });

  it('by what this very revision was tested with is ours', async () => {
    const fakes = makeFakes();
    fakes.cluster.objects.put(aJobOf(REVISION.replicaSetUid));
    expect((await make(fakes)).ok).toBe(true);
    expect(fakes.cluster.objects.summary()).toEqual(['create Job/testcar-1']);
  });

  it('by what is gone a moment later is tried once more', async () => {
    const fakes = makeFakes();
    fakes.cluster.objects.fault({ verb: 'create', kind: 'Job', error: anApiError('already-exists') });
    expect((await make(fakes)).ok).toBe(true);
    expect(fakes.cluster.objects.summary()).toEqual(['create Job/testcar-1', 'create Job/testcar-1']);
  });

  it('and free, and taken, and free, is given up', async () => {
    const fakes = makeFakes();
    fakes.cluster.objects.fault({ verb: 'create', kind: 'Job', error: anApiError('already-exists'), times: 9 });
    expect(await make(fakes)).toMatchObject({ ok: false, finding: { cause: 'EvidenceContradicts' } });
    expect(fakes.cluster.objects.summary()).toHaveLength(2);
  });
});
