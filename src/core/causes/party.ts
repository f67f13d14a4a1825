import type { CauseSpec } from './cause.ts';
import { CLUSTER_IMPACT, type Impact, SUT_IMPACT, TESTCAR_IMPACT } from './impact.ts';
import type { EXPECTED, Side } from './recovery.ts';

/** Whose container it is. The same trouble is another cause, another class and another team for each. */
export type PartyWords = {
  class: CauseSpec['class'];
  section: CauseSpec['section'];
  /** "the system under test", inside a sentence. */
  name: string;
  impact: Impact;
  side: Side;
  /** How it gets well when its own manifest or image was wrong. */
  repaired: keyof typeof EXPECTED;
  /** Where its image is named. */
  imageSource: string;
  /** Where its pod is described. */
  podSource: string;
  /** The option that gives it more time. */
  timeout: string;
};

export const SUT: PartyWords = {
  class: 'SUT_NOT_READY',
  section: 'sut',
  name: 'the system under test',
  impact: SUT_IMPACT,
  side: 'sut',
  repaired: 'fixedRevision',
  imageSource: "the Deployment's manifest",
  podSource: "the Deployment's manifest",
  timeout: 'readyTimeout',
};

export const TESTCAR: PartyWords = {
  class: 'TESTCAR_ERROR',
  section: 'testcar',
  name: 'testcar',
  impact: TESTCAR_IMPACT,
  side: 'testcar',
  repaired: 'nextRun',
  imageSource:
    "testcar's Job manifest (testcarManifest) or option testcarImage (courierImage for the gate's own containers)",
  podSource: "testcar's Job manifest (testcarManifest)",
  timeout: 'testTimeout',
};

/** The cluster failed this party; the blame is the cluster's. */
export function onCluster(party: PartyWords): PartyWords {
  return { ...party, class: 'CLUSTER_ERROR', section: 'cluster', impact: CLUSTER_IMPACT, side: 'cluster' };
}
