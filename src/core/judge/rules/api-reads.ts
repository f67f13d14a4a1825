import type { Finding } from '../../causes/finding.ts';
import type { Cause } from '../../causes/index.ts';
import { reasonOf } from '../../causes/wording.ts';
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

/** While the API server does not answer; what was known of the run before is then history. */
const AWAY: ReadonlySet<Cause> = new Set<Cause>(['ApiUnreachable', 'ApiNotKubernetes', 'ApiServerError']);

/** What is waited for, in words for the log: what a person reads there must not be what was true before an outage. */
export function waitingWords(forWhat: string, pending: readonly Finding[]): string {
  const away = pending.find(({ cause }) => AWAY.has(cause));
  if (away === undefined) return forWhat;
  return `the API server to answer (${reasonOf(away.evidence)}); until then nobody can tell how far the run is`;
}

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
