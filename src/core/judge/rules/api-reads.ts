import type { Read, Watched } from '../../model/seen.ts';
import { findingFromApiError } from '../api-finding.ts';
import type { Held, Rule } from './rule.ts';

/** Events only help to explain; a run without the right to read them is judged all the same. */
const NEEDED: Readonly<Record<Watched, string | undefined>> = {
  deployment: 'watching the Deployment',
  replicaSets: 'watching ReplicaSets',
  sutPods: 'watching the pods of the system under test',
  job: 'watching the Job of testcar',
  testcarPods: 'watching the pod of testcar',
  events: undefined,
};

/** What cannot be read cannot be judged. Waits out short outages; refused rights decide at once. */
export const apiReadsRule: Rule = {
  name: 'api-reads',
  check: (ctx) => {
    const kinds: readonly Watched[] =
      ctx.party === 'sut'
        ? ['deployment', 'replicaSets', 'sutPods']
        : ['job', 'testcarPods', 'sutPods', 'deployment', 'replicaSets'];
    return kinds.flatMap((kind) => {
      const doing = NEEDED[kind];
      return doing === undefined ? [] : failing(ctx.seen.reads[kind], doing);
    });
  },
};

function failing(read: Read, doing: string): readonly Held[] {
  if (read.state !== 'failing' || read.error.kind === 'aborted') return [];
  const finding = findingFromApiError(read.error, doing, 'running');
  return [{ finding: { ...finding, evidence: { ...finding.evidence, sinceMs: read.sinceMs } }, sinceMs: read.sinceMs }];
}
