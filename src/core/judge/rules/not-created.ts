import { FACT } from '../../causes/wording.ts';
import type { Evidence } from '../../model/evidence.ts';
import { refusalOf } from '../creation-finding.ts';
import { newestWarning } from '../explain.ts';
import { firstSeenMs } from '../memory.ts';
import { condition } from '../pod-facts.ts';
import { quotaNow } from '../quota-words.ts';
import { TOPIC, eventTopic, topicKey } from '../sightings.ts';
import { type Rule, causeFor, said } from './rule.ts';

/**
 * The controller may not create pods: quota, Pod Security, service account, webhook. There is no pod that could tell, so
 * the ReplicaSet's condition or, for a Job, its events are the only sign; without this rule a run waits for its deadline.
 */
export const notCreatedRule: Rule = {
  name: 'not-created',
  check: (ctx) => {
    const { owner } = ctx;
    if (!owner?.missingPods) return [];
    const replicaSet = ctx.seen.replicaSets.find(({ meta }) => meta.uid === owner.uid);
    const failure = replicaSet && condition(replicaSet.conditions, 'ReplicaFailure');
    const event = newestWarning(
      ctx.seen.events.filter(({ reason }) => reason === 'FailedCreate'),
      owner.uid,
    );
    const fromCondition = failure?.status === 'True' ? failure : undefined;
    // A ReplicaSet clears its condition when a pod could be created; an old event of it proves nothing then.
    const trouble = fromCondition ?? (replicaSet === undefined ? event : undefined);
    if (trouble === undefined) return [];
    const topic = fromCondition === undefined ? eventTopic('FailedCreate') : TOPIC.replicaFailure;
    const sinceMs = firstSeenMs(ctx.memory, topicKey(owner.uid, '', topic), ctx.nowMs);
    const refusal = refusalOf(trouble.message, ctx.party);
    const facts = refusal?.facts ?? [];
    const quota = facts.find(({ label }) => label === FACT.quota)?.value;
    const details = [...facts, ...quotaNow(ctx.seen.around.quotas, quota)];
    const evidence: Evidence = {
      object: owner.object,
      ...said(trouble),
      sinceMs,
      ...(details.length === 0 ? {} : { details }),
    };
    const cause = refusal?.cause ?? causeFor(ctx.party, 'podsNotCreated');
    return [{ finding: { cause, evidence }, sinceMs, ...(refusal?.never === true ? { graceMs: 0 } : {}) }];
  },
};
