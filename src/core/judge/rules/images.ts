import { pullTrouble } from '../../causes/image-causes.ts';
import type { Container, Pod } from '../../model/seen.ts';
import { containerKey, firstSeenMs, timesSeen } from '../memory.ts';
import { IMAGE_PULL_REASONS, containerTopic, topicKey } from '../sightings.ts';
import { type Held, type Rule, type RuleContext, causeFor, containerEvidence, perContainer, said } from './rule.ts';

/** Refused credentials do not get better by waiting; half of the usual grace covers a pull secret that is just applied. */
const REFUSED_GRACE_MS = 30_000;

/**
 * An image that cannot be had. The kubelet alternates between the failed pull and the back-off after it, and older
 * kubelets say only "Back-off pulling image" in the latter, so the last pull error is remembered.
 */
export const imageRule: Rule = {
  name: 'image',
  check: (ctx) => perContainer(ctx, (pod, container) => imageTrouble(ctx, pod, container)),
};

function imageTrouble(ctx: RuleContext, pod: Pod, container: Container): Held | undefined {
  const { state } = container;
  if (state.kind !== 'waiting') return undefined;
  const key = topicKey(pod.meta.uid, container.name, containerTopic(container));
  const sinceMs = firstSeenMs(ctx.memory, key, ctx.nowMs);
  const held = (trouble: Parameters<typeof causeFor>[1], message: string, graceMs?: number): Held => ({
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

  const remembered = ctx.memory.pullErrors.get(containerKey(pod, container));
  const message = state.reason === 'ImagePullBackOff' ? (remembered ?? state.message) : state.message;
  switch (pullTrouble({ message, image: container.image }).kind) {
    case 'not-found':
      return held('imageNotFound', message, timesSeen(ctx.memory, key) >= 2 ? 0 : undefined);
    case 'unauthorized':
    case 'forbidden':
      return held('imagePullFailed', message, REFUSED_GRACE_MS);
    default:
      return held('imagePullFailed', message);
  }
}
