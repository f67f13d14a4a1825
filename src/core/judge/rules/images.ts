import { type PullTrouble, pullTrouble } from '../../causes/pull-trouble.ts';
import type { Container, Pod } from '../../model/seen.ts';
import { newestWarning } from '../explain.ts';
import { containerKey, firstSeenMs, timesSeen } from '../memory.ts';
import { IMAGE_PULL_REASONS, containerTopic, topicKey } from '../sightings.ts';
import {
  type Held,
  type Rule,
  type RuleContext,
  type Trouble,
  causeFor,
  containerEvidence,
  perContainer,
  said,
} from './rule.ts';

/** An image that cannot be had: a name, a policy, or a pull that failed, by the words of the container runtime. */
export const imageRule: Rule = {
  name: 'image',
  check: (ctx) => perContainer(ctx, (pod, container) => imageTrouble(ctx, pod, container)),
};

const TROUBLE_OF: Readonly<Record<PullTrouble, Trouble>> = {
  'rate-limited': 'imageRateLimited',
  'disk-full': 'imageDiskFull',
  platform: 'imageWrongPlatform',
  unpack: 'imageUnpackFailed',
  signature: 'imagePullFailed',
  dns: 'imageRegistryNotResolved',
  tls: 'imageRegistryTls',
  unauthorized: 'imageUnauthorized',
  forbidden: 'imageUnauthorized',
  'server-error': 'imageRegistryUnreachable',
  refused: 'imageRegistryUnreachable',
  timeout: 'imageRegistryUnreachable',
  'not-found': 'imageNotFound',
  unknown: 'imagePullFailed',
};

/** What the registry holds does not change between two pulls, except for a push that is a moment late. */
const CERTAIN_AT_SECOND_PULL: ReadonlySet<PullTrouble> = new Set<PullTrouble>(['not-found', 'platform']);

function imageTrouble(ctx: RuleContext, pod: Pod, container: Container): Held | undefined {
  const { state } = container;
  if (state.kind !== 'waiting') return undefined;
  const key = topicKey(pod.meta.uid, container.name, containerTopic(container));
  const sinceMs = firstSeenMs(ctx.memory, key, ctx.nowMs);
  const held = (trouble: Trouble, message: string, graceMs?: number): Held => ({
    finding: {
      cause: causeFor(ctx.party, trouble),
      evidence: containerEvidence(pod, container, { ...said({ reason: state.reason, message }), sinceMs }),
    },
    sinceMs,
    ...(graceMs === undefined ? {} : { graceMs }),
  });
  if (state.reason === 'InvalidImageName') return held('imageNameInvalid', state.message);
  if (state.reason === 'ErrImageNeverPull') return held('imageNeverPull', state.message);
  if (!IMAGE_PULL_REASONS.has(state.reason)) return undefined;

  const { trouble, message } = lastPull(ctx, pod, container, state.message);
  const again = CERTAIN_AT_SECOND_PULL.has(trouble) && timesSeen(ctx.memory, key) >= 2;
  return held(TROUBLE_OF[trouble], message, again ? 0 : undefined);
}

/**
 * The kubelet alternates between the failed pull and the back-off after it. Only since 1.32 does the back-off repeat the
 * error (kubernetes#127918); before, the remembered text tells it, or the event where the gate came too late to see one.
 */
function lastPull(
  ctx: RuleContext,
  pod: Pod,
  container: Container,
  now: string,
): { trouble: PullTrouble; message: string } {
  const told = (message: string) => ({ trouble: pullTrouble({ message, image: container.image }), message });
  const first = told(now);
  if (first.trouble !== 'unknown') return first;
  const remembered = ctx.memory.pullErrors.get(containerKey(pod, container));
  if (remembered !== undefined) return told(remembered);
  const about = `Failed to pull image "${container.image}":`;
  const event = newestWarning(
    ctx.seen.events.filter(({ reason, message }) => reason === 'Failed' && message.startsWith(about)),
    pod.meta.uid,
  );
  return event === undefined ? first : told(event.message);
}
