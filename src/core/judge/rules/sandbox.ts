import { CAUSES } from '../../causes/index.ts';
import { firstSeenMs } from '../memory.ts';
import { eventTopic, topicKey } from '../sightings.ts';
import { eventOf } from './events.ts';
import { ONLY_EXPLAINS, type Rule, causeFor, podEvidence, said } from './rule.ts';
import { isBeforeContainers, tellsSandbox } from './volumes.ts';

const REASON = 'FailedCreatePodSandBox';
/** containerd's words for a RuntimeClass whose handler the node does not have; CRI-O's. No retry changes the node. */
const NO_HANDLER = /no runtime for "[^"]*" is configured|failed to find runtime handler/;

/** The node cannot make what every container of the pod runs in: network (CNI) or runtime. */
export const sandboxRule: Rule = {
  name: 'sandbox',
  check: (ctx) =>
    ctx.pods.flatMap((pod) => {
      const event = isBeforeContainers(pod) ? eventOf(ctx, pod, REASON) : undefined;
      if (event === undefined) return [];
      const sinceMs = firstSeenMs(ctx.memory, topicKey(pod.meta.uid, '', eventTopic(REASON)), ctx.nowMs);
      const finding = {
        cause: causeFor(ctx.party, 'sandboxFailed'),
        evidence: podEvidence(pod, { ...said(event), sinceMs }),
      };
      if (NO_HANDLER.test(event.message)) return [{ finding, sinceMs, graceMs: CAUSES.SutConfigMissing.graceMs }];
      return [{ finding, sinceMs, ...(tellsSandbox(pod) ? {} : { graceMs: ONLY_EXPLAINS }) }];
    }),
};
