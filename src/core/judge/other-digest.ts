import { versus } from '../causes/wording.ts';
import { type Decision, decide } from './decide.ts';
import { templateCarriesImage } from './expected-image.ts';
import type { JudgeContext } from './judgement.ts';
import { firstSeenMs } from './memory.ts';
import type { RollOut } from './rollout.ts';
import { rolledOutTopic, topicKey } from './sightings.ts';

/**
 * The template names the expected digest and is rolled out completely, but its pods run another: admission rewrote their
 * image. No delivery is on its way that could change that, so the rest of readyTimeout is not waited for.
 */
export function otherDigest(ctx: JudgeContext, rollOut: RollOut, expected: string): Decision | undefined {
  const { deployment } = ctx.seen;
  if (rollOut.kind !== 'complete' || deployment === undefined || !templateCarriesImage(deployment, expected))
    return undefined;
  const { deploymentName, imageIDs } = rollOut.revision;
  const topic = topicKey(deployment.meta.uid, '', rolledOutTopic(deployment.meta));
  const sinceMs = Math.max(firstSeenMs(ctx.memory, topic, ctx.nowMs), ctx.phaseStartedAtMs);
  const details = versus(expected, Object.values(imageIDs).join(', '));
  const evidence = { object: `deployment/${deploymentName}`, reason: 'OtherDigest', sinceMs, details };
  return decide(
    [{ name: 'other-digest', check: () => [{ finding: { cause: 'SutRevisionMismatch', evidence }, sinceMs }] }],
    {
      ...ctx,
      party: 'sut',
      pods: [],
      owner: undefined,
    },
  );
}
