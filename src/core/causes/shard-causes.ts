import type { CauseSpec } from './cause.ts';
import { INCONCLUSIVE_IMPACT } from './impact.ts';
import { recovery } from './recovery.ts';
import { place, said, sentence } from './wording.ts';

/** Only where option `shards` splits the tests. */
export const SHARD_CAUSES = {
  TestcarShardLost: {
    class: 'INCONCLUSIVE',
    section: 'testcar',
    graceMs: 0,
    title: 'A shard of testcar was lost',
    headline: (e) =>
      `${e.shard === undefined ? '' : 'its part of the tests is not proved; '}${lossInWords(e.reason, sentence(place(e)))}${said(e)}`,
    entry: {
      ...INCONCLUSIVE_IMPACT,
      ...recovery('unknown', 'job', 'nextRun'),
      option: 'shards',
      remediation: () => [
        'Find out who deletes pods of the run: the audit log of the cluster, a clean-up script, a descheduler, an autoscaler that removes nodes.',
        'Run the pipeline again: all shards run again. The gate does not repeat a single one that the cluster did not disrupt.',
        'If there is not enough room for all shards at once, lower the option shards.',
      ],
    },
  },
} as const satisfies Record<string, CauseSpec>;

function lossInWords(reason: string | undefined, where: string): string {
  switch (reason) {
    case 'PodGone':
      return `${where} went away before its results were read, and nothing says why`;
    case 'NotCompleted':
      return `${where} ended without counting this shard as completed`;
    default:
      return `${where} ended, and no pod of this shard was ever seen`;
  }
}
