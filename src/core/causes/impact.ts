import type { PlaybookEntry, RunFacts } from './cause.ts';

/** The part of an entry that is the same for many causes. */
export type Impact = Pick<PlaybookEntry, 'technicalImpact' | 'customerImpact' | 'dataLoss'>;

/** What goes on serving. An empty mode is that of a run whose input was not read yet. */
export function whatServes({ mode, liveChanged }: RunFacts): string {
  switch (mode) {
    case 'preview':
      return liveChanged === true
        ? 'The gate puts the previous revision back. While the roll-out to the live Deployment was under way, some requests may have met the new one.'
        : 'None: the revision that was live before goes on serving, as if the new one had never been deployed.';
    case 'in-place':
      return liveChanged === false
        ? 'None: the revision that was live before goes on serving; nothing was changed yet.'
        : 'The gate puts the previous revision back; until then some requests may have met the new one. With onFailure=keep the new one stays live.';
    case 'observe':
      return 'Customers may already meet the new revision: somebody else delivered it, and the gate changes nothing about that.';
    default:
      return 'None: nothing was deployed.';
  }
}

/** The gate has begun to change what is live, as far as that is known. */
export function hasChangedLive({ mode, liveChanged }: RunFacts): boolean {
  return mode === 'in-place' ? liveChanged !== false : liveChanged === true;
}

export const SUT_IMPACT: Impact = {
  technicalImpact:
    'The gate fails the build. The new revision is bad by its own evidence; testcar and the gate work as they should.',
  customerImpact: whatServes,
  dataLoss: 'None caused by the gate. What the new revision itself wrote while it ran is for its owners to judge.',
};

export const TESTCAR_IMPACT: Impact = {
  technicalImpact:
    'The gate fails the build although nothing is known against the system under test. The new revision is never marked as passed, as if it had not been deployed.',
  customerImpact: (run) =>
    `${whatServes(run)} Another service that counts on the new revision may still be deployed by its team and misbehave: tell teams that wait for it.`,
  dataLoss: 'None: no new version went live.',
};

export const CLUSTER_IMPACT: Impact = {
  technicalImpact:
    'The gate could not do its work because the cluster did not do its own. Nothing can be said about this revision; nothing was marked as passed.',
  customerImpact: () => 'None from the gate. If the cluster is down, so is everything that runs on it.',
  dataLoss: 'The state of this test run is gone. That is harmless: the deployment that it tested was not released.',
};

export const INCONCLUSIVE_IMPACT: Impact = {
  technicalImpact:
    'The gate fails the build because the evidence is missing or contradicts itself. It is not known whether the new revision is good; it is never marked as passed.',
  customerImpact: TESTCAR_IMPACT.customerImpact,
  dataLoss: TESTCAR_IMPACT.dataLoss,
};

export const CONFIG_IMPACT: Impact = {
  technicalImpact:
    'The gate stopped because of its input, its permissions or a name that is taken, and before any test result. The build fails; nothing was marked as passed.',
  customerImpact: whatServes,
  dataLoss: 'None.',
};
