import { FACT, versus } from '../causes/wording.ts';
import type { Finding } from '../causes/finding.ts';
import type { Revision } from '../model/revision.ts';
import { CAUSES, type Cause } from '../causes/index.ts';
import { type JudgeContext, type Judgement, failed } from './judgement.ts';
import { judgeReady } from './ready.ts';
import { sameImages } from './revision.ts';

export type PromotionContext = JudgeContext & { testedImageIDs: Readonly<Record<string, string>> };

/** Then the roll-out itself is complete: what has to be looked at is the Service. */
const NOT_THE_ROLL_OUT: readonly Cause[] = ['EndpointsOfAnotherRevision', 'SutNoEndpoints'];

/**
 * Watches the real roll-out after the tests passed on the preview. Done when it is complete and its pods run the very
 * digests that were tested.
 */
export function judgePromotion(ctx: PromotionContext): Judgement<Revision> {
  const judgement = judgeReady(ctx);
  switch (judgement.kind) {
    case 'waiting':
      return judgement;
    case 'failed':
      if (NOT_THE_ROLL_OUT.includes(judgement.finding.cause)) return judgement;
      return failed(promotionFailed(ctx, judgement.finding), [judgement.finding, ...judgement.others]);
    case 'done':
      if (sameImages(ctx.testedImageIDs, judgement.value.imageIDs)) return judgement;
      return failed({
        cause: 'SutRevisionMismatch',
        evidence: {
          object: `deployment/${judgement.value.deploymentName}`,
          reason: 'OtherDigest',
          details: versus(imagesInWords(ctx.testedImageIDs), imagesInWords(judgement.value.imageIDs)),
        },
      });
  }
}

function promotionFailed(ctx: PromotionContext, underlying: Finding): Finding {
  const { cause, evidence } = underlying;
  return {
    cause: 'PromotionFailed',
    evidence: {
      object: `deployment/${ctx.plan.watchedDeployment}`,
      reason: cause,
      details: [{ label: FACT.blocker, value: CAUSES[cause].headline(evidence) }],
    },
  };
}

function imagesInWords(imageIDs: Readonly<Record<string, string>>): string {
  return Object.entries(imageIDs)
    .map(([name, imageID]) => `${name}=${imageID}`)
    .join(', ');
}
