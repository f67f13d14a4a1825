/** Commands for a person's terminal. Names come from the cluster and are pasted into a shell, so they are checked. */
import type { Evidence } from '../model/evidence.ts';
import { RUN_LABEL } from '../plan/naming.ts';
import type { PlaybookEntry, RunFacts } from './cause.ts';

type Detect = PlaybookEntry['detect'];

/** Names of the Kubernetes API (DNS-1123, and labels' values); `<pod>` is what the generated pages say. */
const SAFE_NAME = /^(?:[a-z0-9](?:[\w.-]{0,251}[a-z0-9])?|<[a-z][a-z -]{0,30}>)$/i;
const SAFE_KIND = /^[a-z]{1,40}$/;

/** The name if it is safe to paste into a shell, else the placeholder. */
export function argument(name: string | undefined, placeholder: string): string {
  return name !== undefined && SAFE_NAME.test(name) ? name : placeholder;
}

/** ` -n shop` */
export function inNamespace({ namespace }: RunFacts): string {
  return ` -n ${argument(namespace, 'NAMESPACE')}`;
}

/** `deployment/web`, the live one. */
export function sutObject({ sut }: RunFacts): string {
  return `deployment/${argument(sut, 'NAME')}`;
}

/** `-l testcar-gate/run=web-b42-1`; without a run ID everything that any run made. */
export function ofRun({ runId }: RunFacts): string {
  return `-l ${RUN_LABEL}${runId === '' ? '' : `=${argument(runId, 'RUN')}`}`;
}

/** `pod/web-1` as two parts, when the object is one of the cluster and its name can be pasted. */
function target({ object }: Evidence): { kind: string; name: string } | undefined {
  const [kind = '', name = '', ...more] = object.split('/');
  return SAFE_KIND.test(kind) && SAFE_NAME.test(name) && more.length === 0 ? { kind, name } : undefined;
}

/** Events outlive their object by about an hour, so this also works after the gate has cleaned up. */
const events: Detect = (evidence, run) => {
  const name = target(evidence)?.name;
  const which = name === undefined ? '--sort-by=.lastTimestamp' : `--field-selector involvedObject.name=${name}`;
  return [`kubectl get events${inNamespace(run)} ${which}`];
};

const describe: Detect = (evidence, run) => {
  const found = target(evidence);
  return found === undefined ? [] : [`kubectl describe ${found.kind}/${found.name}${inNamespace(run)}`];
};

function log(options: string): Detect {
  return (evidence, run) => {
    const found = target(evidence);
    if (found?.kind !== 'pod' && found?.kind !== 'job') return [];
    const container = evidence.container === undefined ? '' : ` -c ${argument(evidence.container, 'CONTAINER')}`;
    return [`kubectl logs ${found.kind}/${found.name}${inNamespace(run)}${container}${options}`];
  };
}

const node: Detect = ({ node: name }) => [
  name === undefined ? 'kubectl get nodes -o wide' : `kubectl describe node ${argument(name, 'NODE')}`,
];

function command(text: string, where?: 'in the namespace'): Detect {
  return (_, run) => [where === undefined ? text : text + inNamespace(run)];
}

function all(...parts: readonly Detect[]): Detect {
  return (evidence, run) => parts.flatMap((part) => part(evidence, run));
}

const madeByRun: Detect = (_, run) => [`kubectl get deployments,jobs,pods,services${inNamespace(run)} ${ofRun(run)}`];

/** What to look with, for each kind of trouble. */
export const DETECT = {
  pod: all(events, describe),
  crash: all(events, log(' --previous')),
  log: all(log(''), events),
  probe: all(events, log(''), log(' --previous')),
  pods: all(describe, command('kubectl describe quota', 'in the namespace')),
  scheduling: all(events, command('kubectl describe nodes')),
  node: all(events, node),
  nodes: all(node, command('kubectl get nodes')),
  claim: all(
    describe,
    command('kubectl get persistentvolumeclaims', 'in the namespace'),
    command('kubectl get storageclass,pv'),
  ),
  reach: all(
    command('kubectl get pods -o wide', 'in the namespace'),
    command('kubectl get networkpolicies', 'in the namespace'),
  ),
  revision: (_, run) => [
    `kubectl get ${sutObject(run)}${inNamespace(run)} -o wide`,
    `kubectl rollout history ${sutObject(run)}${inNamespace(run)}`,
  ],
  rollOut: (_, run) => [
    `kubectl describe ${sutObject(run)}${inNamespace(run)}`,
    `kubectl get pods${inNamespace(run)} -o wide`,
  ],
  tests: all(log(''), (_, run) => [`kubectl get events${inNamespace(run)} --sort-by=.lastTimestamp`]),
  job: all(describe, madeByRun),
  madeByRun,
  owner: all(
    (evidence, run) => {
      const found = target(evidence);
      return found === undefined ? [] : [`kubectl get ${found.kind}/${found.name}${inNamespace(run)} -o yaml`];
    },
    (_, run) => [`kubectl get deployments,jobs,services${inNamespace(run)} ${ofRun({ ...run, runId: '' })}`],
  ),
  api: all(command('kubectl cluster-info'), command("kubectl get --raw '/readyz?verbose'")),
  webhook: all(command('kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations'), events),
  account: command('kubectl auth whoami'),
  rights: command('kubectl auth can-i --list', 'in the namespace'),
  contexts: command('kubectl config get-contexts'),
  namespaces: all(command('kubectl config current-context'), command('kubectl get namespaces')),
  deployments: command('kubectl get deployments', 'in the namespace'),
  dryRun: command('kubectl apply --dry-run=server --validate=strict -f FILE', 'in the namespace'),
  input: command('testcar-gate run --help'),
} as const satisfies Record<string, Detect>;
