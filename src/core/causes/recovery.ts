import type { PlaybookEntry, RunFacts } from './cause.ts';
import { DETECT, inNamespace, ofRun, sutObject } from './detect.ts';

/** The part of an entry that tells how it gets well again. */
export type Recovery = Pick<PlaybookEntry, 'detect' | 'expectedRecovery' | 'validate' | 'rollBack'>;

/** Who has to get well: the same words for every cause of it. `unknown` is what nobody can be blamed for yet. */
export type Side = 'sut' | 'testcar' | 'cluster' | 'unknown' | 'input';

/** How long it takes, per kind of trouble. Times are those of Kubernetes' defaults; sources beside them. */
export const EXPECTED = {
  fixedRevision:
    'Not by itself. A fixed revision is usually ready 30 to 90 s after its deployment, a database 2 to 5 minutes.',
  // CrashLoopBackOff doubles from 10 s up to 5 minutes: kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle
  crash:
    'A crash that happens once: 30 to 60 s, by itself. In a loop: never by itself, and the kubelet waits up to 5 minutes between starts; a fixed revision needs 30 to 90 s.',
  slowStart:
    'A stateless service 30 to 90 s, a database 2 to 5 minutes; a failing probe does not get better until probe or service is changed.',
  // Back-off of pulls: 10 s doubling up to 5 minutes: kubernetes.io/docs/concepts/containers/images
  image:
    'Once the image can be pulled: at the next try of the kubelet, at most 5 minutes later. The gate needs a new run.',
  registry:
    'With the registry: throttling ends after minutes to hours, refused credentials count as soon as they are corrected. Then a new run.',
  config:
    'Within 2 minutes after the missing object exists: the kubelet tries again by itself. The gate needs a new run.',
  capacity:
    'Seconds after there is room; a new node from an autoscaler takes some minutes. Quota is looked at again at each try of the controller.',
  storage:
    'Seconds after the storage is there: scheduler and kubelet try again by themselves, at most 2 minutes apart. The gate needs a new run.',
  sandbox: 'Within a minute after network or runtime of the node are repaired: the kubelet tries again by itself.',
  eviction:
    'The SUT: 30 to 60 s, its ReplicaSet makes another pod by itself. A Job of the gate is not repeated: run again when nodes are calm.',
  // tolerationSeconds 300 for not-ready and unreachable nodes is the default of the DefaultTolerationSeconds admission.
  node: 'Pods move to other nodes by themselves after about 5 minutes; no step by hand is needed for one node.',
  api: 'A restarted API server or load balancer: seconds to some minutes. A lost cluster: as long as its disaster recovery takes.',
  webhook: 'Usually 30 to 60 s after a pod of the webhook runs again.',
  nextRun: 'With the next run, once it is corrected: nothing in the cluster has to recover.',
  credentials: 'At once, when credentials or rights are corrected; then a new run.',
  deadline: 'With the next run, if it was a passing delay; else as long as the tests need to become faster.',
} as const;

function validate(side: Side): (run: RunFacts) => string {
  const again = 'run the pipeline again; its last line has to begin with "TESTCAR GATE: PASSED"';
  switch (side) {
    case 'sut':
      return (run) =>
        liveUntouched(run)
          ? `The live revision was not touched, and answers as before: kubectl rollout status ${sutObject(run)}${inNamespace(run)}. For the new one, ${again}.`
          : `kubectl rollout status ${sutObject(run)}${inNamespace(run)}; ask its health address ten times, one second apart: all answers good, none slow. Then ${again}.`;
    case 'testcar':
      return () => `Nothing in the cluster has to be checked: ${again}.`;
    case 'cluster':
      return () =>
        `kubectl get --raw '/readyz?verbose' ends with "readyz check passed", and kubectl get nodes shows every node Ready. Then ${again}.`;
    case 'unknown':
      return (run) => `While nobody else changes ${sutObject(run)}, ${again}.`;
    case 'input':
      return () => `Correct it and ${again}. It is past this cause when the phase deploy begins.`;
  }
}

function liveUntouched({ mode, liveChanged = false }: RunFacts): boolean {
  return mode === 'preview' && !liveChanged;
}

/** In `observe` somebody else deploys, mostly from Git: a change by kubectl would be undone by its controller. */
function rollBack(side: Side): (run: RunFacts) => string {
  const notNeeded =
    side === 'sut' ? '' : 'Not needed for this cause: nothing is known against the revision. If it has to go: ';
  return (run) => {
    const undo = `kubectl rollout undo ${sutObject(run)}${inNamespace(run)}`;
    // An empty mode is that of a run whose input could not be read.
    if (run.mode === '') return 'Nothing to take back: nothing was deployed.';
    if (liveUntouched(run)) {
      if (run.runId === '') return 'Nothing to take back: nothing was deployed.';
      const untouched = 'Nothing to take back: the live revision was not touched.';
      if (side === 'input') return untouched;
      // What is not known to be ours is for a person to look at first.
      const verb = side === 'unknown' ? 'get' : 'delete';
      return `${untouched} What this run may have left: kubectl ${verb} deployments,jobs,services,configmaps,secrets${inNamespace(run)} ${ofRun(run)}.`;
    }
    if (run.mode === 'observe' && side === 'input') return 'Nothing to take back: the gate changed nothing.';
    if (run.mode === 'observe') {
      return `${notNeeded}git revert the commit that brought it and push; Flux or Argo CD applies that. Without GitOps: ${undo}.`;
    }
    if (run.mode === 'in-place' && run.liveChanged === false) return 'Nothing to take back: nothing was changed yet.';
    return `The gate puts the previous revision back if it can and onFailure allows it; the end of the report says what was done. By hand: ${undo}.`;
  };
}

/** After a promotion that failed, the live Deployment itself was changed, in every mode. */
export const LIVE_WAS_CHANGED: Pick<Recovery, 'validate' | 'rollBack'> = {
  validate: (run) => validate('sut')({ ...run, liveChanged: true }),
  rollBack: (run) => rollBack('sut')({ ...run, liveChanged: true }),
};

export function recovery(side: Side, detect: keyof typeof DETECT, expected: keyof typeof EXPECTED): Recovery {
  return {
    detect: DETECT[detect],
    expectedRecovery: EXPECTED[expected],
    validate: side === 'sut' && expected === 'crash' ? staysUp : validate(side),
    rollBack: rollBack(side),
  };
}

/** The kubelet takes a crash loop as ended after 10 minutes without a crash, and resets its back-off. */
function staysUp(run: RunFacts): string {
  return `kubectl get pods${inNamespace(run)}: RESTARTS stays the same for 10 minutes. Then run the pipeline again; its last line has to begin with "TESTCAR GATE: PASSED".`;
}

/** For a secret that was recognised in the texts of a run: the log of the gate hides it, its source still shows it. */
export const SECRET_ROTATION =
  'A secret was seen in the texts of this run and replaced by ***; where it came from, it can still be read. Revoke it now, issue another, update the Kubernetes Secret, restart the pods that use it, and stop printing it.';
