import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../src/core/causes/index.ts';
import type { Evidence } from '../../../src/core/model/evidence.ts';
import { judgeReady } from '../../../src/core/judge/ready.ts';
import type { ClusterEvent, Container, Observation, Pod } from '../../../src/core/model/seen.ts';
import {
  aCondition,
  aContainer,
  aDeployment,
  aPod,
  aProbe,
  anEvent,
  anObservation,
  exited,
  running,
  waiting,
} from '../../fakes/builders.ts';
import { contextOf, healthySut } from './world.ts';

const DEADLINE = 300_000;

type Said = { cause: string; headline: string; others: readonly string[]; details: Record<string, string> };

function judge(over: Partial<Observation>, nowMs = DEADLINE): Said {
  const first = anObservation({ ...healthySut(), ...over, atMs: 0 });
  const judgement = judgeReady(contextOf({ ...first, atMs: nowMs }, { history: [first] }));
  if (judgement.kind !== 'failed') return { cause: judgement.kind, headline: '', others: [], details: {} };
  const { finding, others } = judgement;
  return {
    cause: finding.cause,
    headline: CAUSES[finding.cause].headline(finding.evidence),
    others: others.map(({ cause }) => cause),
    details: Object.fromEntries((finding.evidence.details ?? []).map(({ label, value }) => [label, value])),
  };
}

function podWith(container: Partial<Container>): Pod {
  return aPod({ ready: false, containers: [aContainer({ ready: false, ...container })] });
}

/** As the kubelet writes it, about container web. */
function unhealthy(message: string, over: Partial<ClusterEvent> & { container?: string } = {}): ClusterEvent {
  const { container = 'web', ...rest } = over;
  return anEvent('Unhealthy', message, { kind: 'Pod', name: 'web-5d4f-1', container }, rest);
}

describe('a readiness probe that does not pass', () => {
  const probing = podWith({ state: running() });

  it('explains the timeout: what it asks, and what came back', () => {
    const said = judge({
      sutPods: [probing],
      events: [unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 503')],
    });
    expect(said.headline).toBe(
      'Container web of pod/web-5d4f-1 runs, but was not ready within 5m: its readiness probe does not pass (HTTP GET /ready on port 8080, every 10 s, answer within 1 s): "HTTP probe failed with statuscode: 503"',
    );
  });

  it('does not decide before the deadline', () => {
    const events = [unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 503', { count: 99 })];
    expect(judge({ sutPods: [probing], events }, DEADLINE - 1).cause).toBe('waiting');
  });

  it('needs no event: they are best effort', () => {
    expect(judge({ sutPods: [probing] }).cause).toBe('SutReadinessProbeFailing');
  });

  it('takes the newest words about this very probe and container', () => {
    const { headline } = judge({
      sutPods: [probing],
      events: [
        unhealthy('Readiness probe failed: old', { lastSeenMs: 1 }),
        unhealthy('(combined from similar events): Readiness probe failed: newest', { lastSeenMs: 3 }),
        unhealthy('Readiness probe failed: of a sidecar', { lastSeenMs: 4, container: 'proxy' }),
        unhealthy('Liveness probe failed: another probe', { lastSeenMs: 5 }),
        anEvent('BackOff', 'Back-off restarting failed container', undefined, { lastSeenMs: 6 }),
      ],
    });
    expect(headline).toMatch(/: "newest"$/);
  });

  it('says when Kubernetes itself gave up, with the same cause', () => {
    const conditions = [aCondition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' })];
    const said = judge({ sutPods: [probing], deployment: aDeployment({ conditions }) }, 60_000);
    expect(said.cause).toBe('SutReadinessProbeFailing');
  });

  it.each<[string, Partial<Container>]>([
    ['a container that has none', { state: running(), probes: {} }],
    ['a container that has not started', { state: waiting('ContainerCreating') }],
  ])('is not to blame for %s', (_, container) => {
    expect(judge({ sutPods: [podWith(container)] }).cause).toBe('SutNeverReady');
  });
});

describe('the port of a probe', () => {
  const hint = (port: string, ports: Container['ports']): string | undefined =>
    judge({ sutPods: [podWith({ state: running(), ports, probes: { readiness: aProbe({ port }) } })] }).details['hint'];
  const http = { name: 'http', containerPort: 8080 };

  it('is pointed out when the container does not have it', () => {
    expect(hint('web', [http])).toBe('no port is named "web" among the ports of the container: http (8080)');
    expect(hint('web', [])).toBe('no port is named "web" among the ports of the container: it names none');
    expect(hint('9090', [http])).toBe('port 9090 is not among the ports of the container: http (8080)');
  });

  it('is not when it has it, or when it names none and the probe gives a number', () => {
    expect(hint('http', [http])).toBeUndefined();
    expect(hint('8080', [http])).toBeUndefined();
    expect(hint('9090', [])).toBeUndefined();
  });
});

describe('a startup probe that does not pass', () => {
  const probes = { startup: aProbe({ asks: 'TCP connect to port 9999' }), readiness: aProbe() };

  it('explains the timeout, and not the readiness probe, which is not asked yet', () => {
    const starting = podWith({ state: running(), started: false, probes });
    const said = judge({ sutPods: [starting], events: [unhealthy('Startup probe failed: connection refused')] });
    expect(said.cause).toBe('SutStartupProbeFailing');
    expect(said.headline).toContain('(TCP connect to port 9999, every 10 s, ');
  });

  it('is not to blame once it has passed', () => {
    expect(judge({ sutPods: [podWith({ state: running(), started: true, probes })] }).cause).toBe(
      'SutReadinessProbeFailing',
    );
  });

  it('decides after the second restart by the kubelet', () => {
    const events = [unhealthy('Startup probe failed: connection refused', { count: 9 })];
    const looping = (restartCount: number): Pod =>
      podWith({
        state: waiting('CrashLoopBackOff'),
        lastState: exited(137, { finishedAtMs: 30_000 }),
        started: false,
        restartCount,
        probes,
      });
    expect(judge({ sutPods: [looping(2)], events }, 60_000).cause).toBe('SutStartupProbeFailing');
    expect(judge({ sutPods: [looping(1)], events }, 60_000).cause).toBe('waiting');
  });
});

describe('a liveness probe that restarts the container', () => {
  const LIVENESS = { liveness: aProbe({ asks: 'HTTP GET /live on port 8080' }) };
  const FAILED = 'Liveness probe failed: HTTP probe failed with statuscode: 404';
  const killed = (over: Partial<Container> = {}): Pod =>
    podWith({
      state: waiting('CrashLoopBackOff'),
      lastState: exited(137, { startedAtMs: 0, finishedAtMs: 30_000 }),
      restartCount: 2,
      probes: LIVENESS,
      ...over,
    });
  const events = [unhealthy(FAILED, { count: 6, lastSeenMs: 29_000 })];

  it('decides after two restarts, instead of a crash loop', () => {
    const said = judge({ sutPods: [killed()], events }, 60_000);
    expect(said.cause).toBe('SutLivenessProbeKills');
    expect(said.headline).toBe(
      'The kubelet keeps restarting container web of pod/web-5d4f-1, because its liveness probe fails (HTTP GET /live on port 8080, every 10 s, answer within 1 s, 3 failures in a row restart the container): restarts 2, last with exit code 137: "HTTP probe failed with statuscode: 404"',
    );
  });

  it('explains the timeout after one, once', () => {
    const said = judge({ sutPods: [killed({ restartCount: 1 })], events });
    expect([said.cause, ...said.others]).toEqual(['SutLivenessProbeKills']);
  });

  it('explains it while the container runs again', () => {
    expect(judge({ sutPods: [killed({ state: running(), restartCount: 1 })], events }).cause).toBe(
      'SutLivenessProbeKills',
    );
  });

  it('by the newest of its answers, whatever there was in an earlier life', () => {
    const answers = [
      unhealthy('Liveness probe failed: refused', { count: 3, lastSeenMs: 10_000 }),
      unhealthy('Liveness probe failed: 500', { count: 3, lastSeenMs: 139_000 }),
    ];
    const later = killed({ lastState: exited(137, { startedAtMs: 100_000, finishedAtMs: 140_000 }) });
    expect(judge({ sutPods: [later], events: answers }, 160_000).cause).toBe('SutLivenessProbeKills');
  });

  it('counts all its different answers together', () => {
    const answers = ['refused', 'timeout', '500'].map((word, at) =>
      unhealthy(`Liveness probe failed: ${word}`, { lastSeenMs: at * 10_000 }),
    );
    expect(judge({ sutPods: [killed()], events: answers }, 60_000).cause).toBe('SutLivenessProbeKills');
  });

  it.each<[string, Pod, readonly ClusterEvent[]]>([
    ['ended with an exit code of its own', killed({ lastState: exited(1, { finishedAtMs: 30_000 }) }), events],
    ['did not live long enough to be given up', killed({ lastState: exited(137, { finishedAtMs: 9_000 }) }), events],
    ['has no liveness probe', killed({ probes: {} }), events],
    ['failed too few times', killed(), [unhealthy(FAILED, { count: 2 })]],
    [
      'failed in an earlier life only',
      killed({ lastState: exited(137, { startedAtMs: 100_000, finishedAtMs: 140_000 }) }),
      events,
    ],
    ['has no such event', killed(), []],
    ['is another container', killed(), [unhealthy(FAILED, { count: 6, container: 'proxy' })]],
  ])('does not when it %s', (_, pod, seen) => {
    expect(judge({ sutPods: [pod], events: seen }, 60_000).cause).toBe('SutCrashLooping');
  });

  it('leaves memory to its own cause', () => {
    const oom = killed({ lastState: exited(137, { reason: 'OOMKilled', finishedAtMs: 30_000 }) });
    expect(judge({ sutPods: [oom], events }, 60_000).cause).toBe('SutOomKilled');
  });
});

describe('what the timeout tells of a pod that has no probe to blame', () => {
  const GAVE_UP = aCondition('Progressing', 'False', {
    reason: 'ProgressDeadlineExceeded',
    message: 'ReplicaSet "web-5d4f" has timed out progressing.',
  });
  const told = (message: string, conditions = aDeployment().conditions): Evidence | undefined => {
    const sutPods = [podWith({ state: waiting('ContainerCreating', message) })];
    const seen = anObservation({ ...healthySut(), deployment: aDeployment({ conditions }), sutPods, atMs: DEADLINE });
    const judgement = judgeReady(contextOf(seen));
    return judgement.kind === 'failed' ? judgement.finding.evidence : undefined;
  };

  it('is its own message', () => {
    expect(told('waiting for the volume')).toMatchObject({ reason: 'readyTimeout', message: 'waiting for the volume' });
    expect(told('waiting for the volume', [GAVE_UP])).toMatchObject({
      reason: 'ProgressDeadlineExceeded',
      message: 'waiting for the volume',
    });
  });

  it('else that of the Deployment, if it has given up', () => {
    expect(told('', [GAVE_UP])?.message).toBe('ReplicaSet "web-5d4f" has timed out progressing.');
    expect(told('')).not.toHaveProperty('message');
  });
});

describe('the Deployment', () => {
  const zero = { specReplicas: 0, replicas: 0, updatedReplicas: 0, availableReplicas: 0 };

  it('scaled to zero ends the wait at once', () => {
    expect(judge({ deployment: aDeployment(zero), sutPods: [] }, 1000).cause).toBe('SutScaledToZero');
  });

  it('is not judged by a number that its controller has not seen', () => {
    expect(judge({ deployment: aDeployment({ ...zero, observedGeneration: 0 }), sutPods: [] }, 1000).cause).toBe(
      'waiting',
    );
  });

  it('paused in the middle of a roll-out explains the timeout', () => {
    const deployment = aDeployment({ paused: true, updatedReplicas: 0 });
    expect(judge({ deployment }, DEADLINE - 1).cause).toBe('waiting');
    expect(judge({ deployment }).cause).toBe('SutPaused');
  });

  it('paused after its roll-out has ended is no trouble', () => {
    expect(judge({ deployment: aDeployment({ paused: true }) }).cause).toBe('done');
  });
});
