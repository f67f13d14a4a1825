import { argument, inNamespace } from '../causes/detect.ts';
import type { RunFacts } from '../causes/cause.ts';
import type { Ledger, LogEndKind, LogGapCause } from '../model/ledger.ts';

type Advice = (ledger: Ledger, run: RunFacts, isPrevious: boolean) => string;

/**
 * The kubelet keeps 5 files of 10 MiB of each container unless it is configured otherwise, and serves the newest only
 * (KubeletConfiguration containerLogMaxSize and containerLogMaxFiles; "Logging Architecture", Log rotation).
 */
const ROTATION = 'containerLogMaxSize in the configuration of the kubelet (10Mi unless set)';

const READ_AGAIN: Advice = (ledger, run, isPrevious) =>
  `While its pod is there: ${logsCommand(ledger, run, isPrevious)}.`;

/** What to do about lines that are missing, by why they are. Total: a new reason needs words. */
const ADVICE: Readonly<Record<LogEndKind | LogGapCause | 'cut' | 'undated', Advice | undefined>> = {
  'read-to-end': undefined,
  'never-started': undefined,
  rotated: ({ pod }) =>
    `Write less to the log, or raise ${ROTATION}. Older files stay on the node for a while, under /var/log/pods/, in the folder of pod ${argument(pod, 'POD')}.`,
  'slow-reader': () =>
    `Write less to the log: it came faster than the gate or the console of the pipeline took it. Or raise ${ROTATION}, which gives the reader more time.`,
  cut: () => 'Print shorter lines, or write long data into a file of the results instead of the log.',
  undated: () => 'Read the line that has no time stamp: it is a message of the node, not of the container.',
  stopped: READ_AGAIN,
  'drain-over': (...about) =>
    `The end of the log came too slowly: look whether the console or the node is overloaded. ${READ_AGAIN(...about)}`,
  'pod-gone': (_, run) =>
    `Find out who deleted the pod: kubectl get events${inNamespace(run)} --sort-by=.lastTimestamp. Only a log collector of the cluster, if there is one, still has the rest.`,
  'instance-gone': (ledger, run) =>
    `Only the newest instance and the one before it can be read: ${logsCommand(ledger, run, true)}. A log collector of the cluster has the others; why it restarts so often is what to repair.`,
  'log-gone': ({ pod }) =>
    `The node has removed it, which it does when it runs out of disk or the container is removed: kubectl describe node, and /var/log/pods/ there, folder of pod ${argument(pod, 'POD')}.`,
  refused: (_, run) =>
    `Give the gate's account the verb get on pods/log: kubectl auth can-i get pods --subresource=log${inNamespace(run)}.`,
  unreachable: (...about) =>
    `The API server reads logs from the kubelet (port 10250 of the node): look at kubectl get nodes. ${READ_AGAIN(...about)}`,
};

/** What to do next, each advice once, worded with the first container that it is about. */
export function adviceOn(ledgers: readonly Ledger[], all: readonly Ledger[], run: RunFacts): readonly string[] {
  const advice = new Map<string, string>();
  for (const ledger of ledgers) {
    for (const reason of reasonsOf(ledger)) {
      const words = ADVICE[reason]?.(ledger, run, isPrevious(ledger, all));
      if (words !== undefined && !advice.has(reason)) advice.set(reason, words);
    }
  }
  return [...advice.values()];
}

function reasonsOf({ gaps, moreGaps, cutLines, undated, end }: Ledger): readonly (keyof typeof ADVICE)[] {
  return [
    end.kind,
    ...gaps.map(({ cause }) => cause),
    ...(moreGaps > 0 && gaps.length === 0 ? (['rotated'] as const) : []),
    ...(cutLines > 0 ? (['cut'] as const) : []),
    ...(undated !== undefined ? (['undated'] as const) : []),
  ];
}

function isPrevious({ pod, container, restart }: Ledger, all: readonly Ledger[]): boolean {
  return all.some((other) => other.pod === pod && other.container === container && other.restart > restart);
}

function logsCommand({ pod, container }: Ledger, run: RunFacts, isBefore: boolean): string {
  const previous = isBefore ? ' --previous' : '';
  return `kubectl logs pod/${argument(pod, 'POD')}${inNamespace(run)} -c ${argument(container, 'CONTAINER')}${previous}`;
}
