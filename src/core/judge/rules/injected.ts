import type { Cause } from '../../causes/index.ts';
import type { Finding } from '../../causes/finding.ts';
import { askedFor, isInjected } from '../admission.ts';
import { OF_ONE_CONTAINER, type Held, type Party, type RuleContext } from './rule.ts';

export const INJECTED_CAUSE: Readonly<Record<Party, Cause>> = {
  sut: 'SutInjectedContainerFailed',
  testcar: 'TestcarInjectedContainerFailed',
};

/**
 * A container that admission added is not the party's own: its missing image or its crash says nothing about the image
 * or the program that the user wrote. The rule's own shorter grace stays.
 */
export function blameInjected(ctx: RuleContext, held: Held): Held {
  const { evidence, cause } = held.finding;
  if (evidence.container === undefined || !OF_ONE_CONTAINER.has(cause)) return held;
  const asked = askedFor(ctx.party, ctx.plan, ctx.seen);
  const pod = ctx.pods.find(({ meta }) => evidence.object === `pod/${meta.name}`);
  const container = pod?.containers.find(({ name }) => name === evidence.container);
  if (container === undefined || !isInjected(asked, container)) return held;
  return { ...held, finding: injectedFinding(ctx.party, held.finding) };
}

export function injectedFinding(party: Party, { evidence }: Pick<Finding, 'evidence'>): Finding {
  return { cause: INJECTED_CAUSE[party], evidence };
}
