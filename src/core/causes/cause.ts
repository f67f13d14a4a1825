import type { Evidence, FailureClass, PlaybookSection } from '../model/evidence.ts';

/** Everything the product knows about one cause: its class, when it is decided, its words and its playbook entry. */
export type CauseSpec = {
  class: FailureClass;
  section: PlaybookSection;
  /** Short noun phrase, sentence case, without names of objects: "Image of testcar not found". */
  title: string;
  /** How long the finding must hold before it decides, in ms; 0 = at first sight. See `graceSource` for why. */
  graceMs: number;
  graceSource?: string;
  /** One sentence from this run's evidence: what happened, to which object. No trailing class or cause. */
  headline(evidence: Evidence): string;
  entry: PlaybookEntry;
};

/** What an entry may say about the run beside its evidence; an empty string is unknown. */
export type RunFacts = {
  namespace: string;
  /** Name of the live Deployment. */
  sut: string;
  mode: string;
  runId: string;
  /** The gate began to change live objects: in `in-place`, and in `preview` after the tests. */
  liveChanged?: boolean;
};

/** One playbook entry. Lines may use the evidence; they are shown under the section's fixed title. */
export type PlaybookEntry = {
  technicalImpact: string;
  /** What customers meet because of this run, in its mode. */
  customerImpact(run: RunFacts): string;
  dataLoss: string;
  /** In order; the first is what to do now. */
  remediation(evidence: Evidence): readonly string[];
  /** Commands that show the trouble, best first; safe to paste whatever the evidence says. */
  detect(evidence: Evidence, run: RunFacts): readonly string[];
  /** How long it takes to be well again, and what it takes. */
  expectedRecovery: string;
  /** How to see that it is well again. */
  validate(run: RunFacts): string;
  rollBack(run: RunFacts): string;
  /** Option that changes or extends this behaviour, if there is one. */
  option?: string;
};
