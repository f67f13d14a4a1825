import type { JsonObject } from '../core/model/json.ts';
import { listAt, stringAt } from '../core/model/json.ts';
import type { Finding } from '../core/causes/finding.ts';
import type { Plan } from '../core/plan/plan.ts';
import { judgeAdoption } from '../core/plan/adoption.ts';
import type { Revision } from '../core/model/revision.ts';
import type { Objects, Ports } from '../ports.ts';
import { type Changed, applyNoting } from './apply.ts';
import type { Made } from './made.ts';
import { generationOf, refOf, sent, uidOf } from './ref.ts';
import type { RunLog } from './run-log.ts';
import { type Step, closed, closedBy, done } from './step.ts';

/** From `minGeneration` on the Deployment shows what was deployed; `unchanged` when it was so before. */
export type Deployed = { minGeneration: number; unchanged: boolean };

/**
 * Brings the new revision up. `preview` creates copies; `in-place` applies the manifests; `observe` does nothing.
 */
export async function deploy(
  plan: Plan,
  ports: Ports,
  made: Made,
  changed: Changed[],
  log: RunLog,
): Promise<Step<Deployed>> {
  let minGeneration = 0;
  let unchanged = false;
  for (const object of plan.toDeploy) {
    const { kind, name } = refOf(object);
    if (plan.options.mode === 'preview') {
      const copy = await makeOrAdopt(object, plan, undefined, ports, made, log);
      if (!copy.ok) return copy;
      continue;
    }
    const applied = await applyNoting(object, 'applying', ports.objects, changed);
    if (!applied.ok) return applied;
    log.note(`${kind} ${name} applied`);
    if (kind !== 'Deployment') continue;
    minGeneration = generationOf(applied.value.value);
    unchanged = applied.value.unchanged;
    if (!unchanged) continue;
    log.settled(
      `Deployment ${name} was already as its manifest says: no new pods, and a tag that was pushed again is not pulled`,
    );
    if (plan.options.unchanged === 'refuse') return closed(noNewRevision(name, applied.value.value));
  }
  return done({ minGeneration, unchanged });
}

/**
 * Creates a temporary object under its deterministic name, or adopts the one that an interrupted try of this same
 * attempt left. What an earlier deployment left is deleted first; what is another's is refused.
 */
export async function makeOrAdopt(
  object: JsonObject,
  plan: Plan,
  revision: Revision | undefined,
  ports: Pick<Ports, 'objects' | 'clock'>,
  made: Made,
  log: RunLog,
): Promise<Step<JsonObject>> {
  const ref = refOf(object);
  for (let replaced = false; ; replaced = true) {
    const created = await made.during(object, ports.objects.create(object, { dryRun: false }));
    if (created.ok) {
      log.note(`${ref.kind} ${ref.name} created`);
      return done(created.value);
    }
    if (created.error.kind !== 'already-exists')
      return closedBy(
        created.error,
        `creating ${ref.kind} ${ref.name}`,
        'running',
        // Only what is made for a revision is testcar's.
        sent(object, revision === undefined ? 'sut' : 'testcar'),
      );

    const existing = await ports.objects.get(ref);
    if (!existing.ok) {
      if (existing.error.kind === 'not-found' && !replaced) continue;
      return closedBy(existing.error, `reading ${ref.kind} ${ref.name}`, 'running');
    }
    const adoption = judgeAdoption(existing.value, plan, { object, revision });
    if (adoption.kind === 'adopt') {
      made.adopt(existing.value);
      log.note(`${ref.kind} ${ref.name} adopted: left by an interrupted try of this attempt`);
      return existing;
    }
    if (adoption.kind === 'refuse' || replaced) {
      return closed({
        cause: 'AdoptionRefused',
        evidence: { object: `${ref.kind}/${ref.name}`, message: adoption.why, details: owner(existing.value) },
      });
    }
    log.note(`${ref.kind} ${ref.name} of an earlier deployment is deleted first: ${adoption.why}`);
    const gone = await deleteAndWait(object, uidOf(existing.value), ports.objects);
    if (!gone.ok) return gone;
  }
}

function noNewRevision(name: string, deployment: JsonObject): Finding {
  const images = listAt(deployment, 'spec', 'template', 'spec', 'containers').map(
    (one) => stringAt(one, 'image') ?? '',
  );
  return {
    cause: 'SutNoNewRevision',
    evidence: { object: `deployment/${name}`, details: [{ label: 'found', value: images.join(', ') }] },
  };
}

async function deleteAndWait(object: JsonObject, uid: string, objects: Objects): Promise<Step<undefined>> {
  const ref = refOf(object);
  const deleted = await objects.delete(ref, { uid, propagation: 'Foreground' });
  if (!deleted.ok) return closedBy(deleted.error, `deleting the earlier ${ref.kind} ${ref.name}`, 'running');
  const gone = await objects.untilGone(ref, uid);
  if (!gone.ok) return closedBy(gone.error, `waiting until the earlier ${ref.kind} ${ref.name} is gone`, 'running');
  return done(undefined);
}

function owner(existing: JsonObject): readonly { label: string; value: string }[] {
  const run = stringAt(existing, 'metadata', 'annotations', 'testcar-gate/pipeline-run');
  const createdAt = stringAt(existing, 'metadata', 'creationTimestamp');
  return [
    ...(run === undefined ? [] : [{ label: 'belongs to pipeline run', value: run }]),
    ...(createdAt === undefined ? [] : [{ label: 'created', value: createdAt }]),
  ];
}
