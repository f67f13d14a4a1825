import type { Evidence } from '../model/evidence.ts';
import type { CauseSpec } from './cause.ts';
import { SUT_IMPACT } from './impact.ts';
import { recovery } from './recovery.ts';
import {
  FACT,
  exit,
  fact,
  factAfter,
  inItsNamespace,
  logCommand,
  place,
  previousLogCommand,
  said,
  sentence,
} from './wording.ts';

const NOT_READY = { class: 'SUT_NOT_READY', section: 'sut', graceMs: 0 } as const;

/** ` (HTTP GET /ready on port 8080, every 10 s, answer within 1 s)` */
function asking(evidence: Evidence): string {
  const probe = fact(evidence, FACT.probe);
  return probe === undefined ? '' : ` (${probe})`;
}

/** The kubelet's words say where to look first. Texts: kubelet's pkg/probe and net/http. */
function probeAdvice({ message = '' }: Evidence): string {
  if (/strconv\.Atoi/.test(message)) {
    return 'The probe names a port that no container of the pod has: correct the name in the probe, or name the port in ports.';
  }
  if (/statuscode: 404/.test(message))
    return 'The path is not there (404): compare the path of the probe with the routes of the process.';
  if (/statuscode: (?:401|403)/.test(message))
    return 'The path asks for credentials (401, 403): probes send none; open the path, or ask another one.';
  if (/statuscode: 5/.test(message))
    return 'It answers, and says itself that it is not well: its log says which dependency it waits for.';
  if (/connection refused/.test(message))
    return 'Nothing listens on that port: compare it with what the log says, and check that the process listens on 0.0.0.0.';
  if (/deadline exceeded|Client\.Timeout|i\/o timeout/.test(message)) {
    return 'It does not answer in time: raise timeoutSeconds of the probe, or give the container more CPU.';
  }
  if (/http: server gave HTTP response to HTTPS client|malformed HTTP response/.test(message))
    return 'HTTP and HTTPS are mixed up: correct the scheme of the probe.';
  return 'Compare what the probe asks with what the log says that the process offers.';
}

/** The kubelet asked the new revision, and it did not answer as its own manifest says. */
export const SUT_PROBE_CAUSES = {
  SutReadinessProbeFailing: {
    ...NOT_READY,
    title: 'Readiness probe of the system under test does not pass',
    headline: (e) =>
      `${sentence(place(e))} runs, but was not ready within ${fact(e, FACT.waitedFor) ?? 'readyTimeout'}: its readiness probe does not pass${asking(e)}${said(e)}${factAfter('; ', e, FACT.hint)}`,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'probe', 'slowStart'),
      option: 'readyTimeout',
      remediation: (e) => [
        probeAdvice(e),
        `Read its log: ${logCommand(e)}.`,
        e.reason === 'ProgressDeadlineExceeded'
          ? 'If it only needs longer, raise progressDeadlineSeconds of the Deployment, which ended this wait, and readyTimeout.'
          : 'If it only needs longer, raise readyTimeout; a startup probe lets the other probes wait.',
      ],
    },
  },
  SutStartupProbeFailing: {
    ...NOT_READY,
    title: 'Startup probe of the system under test does not pass',
    graceSource: 'Decides early only after two restarts by the kubelet: three starts in a row have failed by then.',
    headline: (e) =>
      `${sentence(place(e))} has not passed its startup probe${asking(e)}${factAfter(', restarts ', e, FACT.restarts)}${said(e)}${factAfter('; ', e, FACT.hint)}`,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'probe', 'slowStart'),
      option: 'readyTimeout',
      remediation: (e) => [
        probeAdvice(e),
        `Read its log: ${logCommand(e)}; with --previous that of the start before.`,
        'If the start only needs longer, raise failureThreshold or periodSeconds of the startup probe: their product is the time for the start.',
      ],
    },
  },
  SutLivenessProbeKills: {
    ...NOT_READY,
    title: 'Liveness probe restarts the system under test again and again',
    graceSource: 'Decides early only after two restarts by the kubelet: three starts in a row have failed by then.',
    headline: (e) =>
      `The kubelet keeps restarting ${place(e)}, because its liveness probe fails${asking(e)}: restarts ${fact(e, FACT.restarts) ?? 'unknown'}, last with ${exit(e)}${said(e)}${factAfter('; ', e, FACT.hint)}`,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'probe', 'crash'),
      remediation: (e) => [
        probeAdvice(e),
        `The process did not end by itself; its log before the last restart: ${previousLogCommand(e)}.`,
        'If the start is slow, add a startup probe: the liveness probe then waits for it. Do not let a liveness probe ask for dependencies.',
      ],
    },
  },
  SutScaledToZero: {
    ...NOT_READY,
    title: 'The system under test is scaled to zero',
    headline: (e) => `${sentence(place(e))} is scaled to zero: there is no pod to test`,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'rollOut', 'slowStart'),
      remediation: () => [
        'Set spec.replicas to at least 1. With an autoscaler set its minimum: minReplicas of a HorizontalPodAutoscaler, minReplicaCount of a KEDA ScaledObject.',
        'If a schedule scales it to zero (nights, weekends), run the gate while it is up, or use mode preview, which starts pods of its own.',
      ],
    },
  },
  SutPaused: {
    ...NOT_READY,
    title: 'Roll-out of the system under test is paused',
    headline: (e) =>
      `${sentence(place(e))} is paused (spec.paused), and its newest template was not rolled out within ${fact(e, FACT.waitedFor) ?? 'readyTimeout'}`,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'rollOut', 'slowStart'),
      option: 'readyTimeout',
      remediation: (e) => [
        `Let it go on: kubectl rollout resume ${place(e)}${inItsNamespace(e)}.`,
        'Find out who paused it and why: a person in the middle of a change, or a canary tool.',
        'If somebody resumes it in every run, give them longer: readyTimeout.',
      ],
    },
  },
} as const satisfies Record<string, CauseSpec>;
