import { type Reading, readLiveServices } from '../core/judge/guardrails.ts';
import { judgePromotion } from '../core/judge/promotion.ts';
import type { JsonObject } from '../core/model/json.ts';
import { stringMapAt } from '../core/model/json.ts';
import type { Plan } from '../core/plan/plan.ts';
import { promoted } from '../core/plan/promote.ts';
import { selectorText } from '../core/plan/naming.ts';
import type { Revision } from '../core/model/revision.ts';
import type { Feed, Ports } from '../ports.ts';
import { type Changed, applyNoting } from './apply.ts';
import { generationOf, refOf } from './ref.ts';
import type { RunLog } from './run-log.ts';
import { type Step, done } from './step.ts';
import { type Waiter, sinceGeneration } from './wait.ts';

/**
 * After PASSED in `preview`: the real manifests are applied with the tested digests, and the roll-out is watched to its
 * end; done with what was read of the live Services. `changed` notes what was there before, so that a roll-out that fails can be taken back.
 */
export async function promote(
  plan: Plan,
  revision: Revision,
  ports: Ports,
  watch: (plan: Plan) => Feed,
  waiter: Waiter,
  changed: Changed[],
  log: RunLog,
): Promise<Step<Reading | undefined>> {
  const objects = promoted(plan, revision);
  const live: Plan = {
    ...plan,
    toDeploy: objects,
    watchedDeployment: plan.liveDeployment,
    sutSelector: liveSelector(plan, objects),
  };
  let minGeneration = 0;
  const feed = watch(live);
  for (const object of objects) {
    const { kind, name } = refOf(object);
    const applied = await applyNoting(object, 'promoting', ports.objects, changed);
    if (!applied.ok) return applied;
    if (kind === 'Deployment') {
      minGeneration = generationOf(applied.value.value);
      if (applied.value.unchanged)
        log.settled(`Deployment ${name} was already as its manifest says: the promotion changed nothing`);
    }
    log.note(`promoted: ${kind} ${name} applied`);
  }
  const promotion = await waiter.until(feed, (moment) =>
    judgePromotion({
      ...moment,
      seen: sinceGeneration(moment.seen, minGeneration),
      plan: live,
      testedImageIDs: revision.imageIDs,
    }),
  );
  if (!promotion.ok) return promotion;
  const reading = readLiveServices({ plan: live, seen: feed.current(), revision: promotion.value });
  if (reading !== undefined && reading.value === undefined) log.settled(`${reading.name}: ${reading.note}`);
  return done(reading);
}

function liveSelector(plan: Plan, objects: readonly JsonObject[]): string {
  const deployment = objects.find((object) => object['kind'] === 'Deployment');
  const labels = stringMapAt(deployment, 'spec', 'selector', 'matchLabels');
  if (Object.keys(labels).length === 0)
    throw new Error(`Deployment ${plan.liveDeployment} without spec.selector.matchLabels`);
  return selectorText(labels);
}
