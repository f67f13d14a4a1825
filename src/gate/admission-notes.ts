import { type AdmissionChange, admissionChanges, changeInWords } from '../core/judge/admission.ts';
import type { Observation } from '../core/model/seen.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { RunLog } from './run-log.ts';

/** Says each change that admission made once, when its first pod shows it, and keeps all for the report. */
export class AdmissionNotes {
  readonly #changes = new Map<string, AdmissionChange>();
  readonly #log: RunLog;

  constructor(log: RunLog) {
    this.#log = log;
  }

  look(plan: Plan, seen: Observation): void {
    const jobUid = seen.job?.meta.name === plan.jobName ? seen.job.meta.uid : undefined;
    for (const change of admissionChanges(plan, seen, jobUid)) {
      const text = changeInWords(change);
      if (this.#changes.has(text)) continue;
      this.#changes.set(text, change);
      this.#log.note(`admission: ${text}`);
    }
  }

  get changes(): readonly AdmissionChange[] {
    return [...this.#changes.values()];
  }
}
