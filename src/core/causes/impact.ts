import type { PlaybookEntry } from './cause.ts';

/** The part of an entry that is the same for many causes. */
export type Impact = Pick<PlaybookEntry, 'technicalImpact' | 'customerImpact' | 'dataLoss'>;

const OLD_SERVES =
  'In mode preview none, and in mode in-place none after its rollback: the revision that was live before goes on serving. In mode observe, or with onFailure=keep, customers may already meet the new revision.';

export const SUT_IMPACT: Impact = {
  technicalImpact:
    'The gate fails the build. The new revision is bad by its own evidence; testcar and the gate work as they should.',
  customerImpact: OLD_SERVES,
  dataLoss: 'None caused by the gate. What the new revision itself wrote while it ran is for its owners to judge.',
};

export const TESTCAR_IMPACT: Impact = {
  technicalImpact:
    'The gate fails the build although nothing is known against the system under test. The new revision is never marked as passed, as if it had not been deployed.',
  customerImpact: `${OLD_SERVES} Another service that counts on the new revision may still be deployed by its team and misbehave: tell teams that wait for it.`,
  dataLoss: 'None: no new version went live.',
};

export const CLUSTER_IMPACT: Impact = {
  technicalImpact:
    'The gate could not do its work because the cluster did not do its own. Nothing can be said about this revision; nothing was marked as passed.',
  customerImpact: 'None from the gate. If the cluster is down, so is everything that runs on it.',
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
  customerImpact: OLD_SERVES,
  dataLoss: 'None.',
};
