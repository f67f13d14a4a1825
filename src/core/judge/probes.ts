import { FACT } from '../causes/wording.ts';
import type { ClusterEvent, Container, Observation, Pod, Probe, ProbeKind } from '../model/seen.ts';
import { lastEnd, OOM_KILLED } from './pod-facts.ts';

type Detail = { label: string; value: string };

/** Repeated events are joined under this prefix (client-go, tools/record/events_cache.go). */
const COMBINED = '(combined from similar events): ';
/** `errored` is a probe that could not even be asked, for example a port name that is not there (kubelet, prober.go). */
const WORDS = /^(Startup|Readiness|Liveness) probe (?:failed|errored and resulted in unknown state): ?([^]*)$/;

/** All the kubelet's words about one probe of one container, newest first. Best effort: events may be missing. */
function wordsAbout(
  seen: Pick<Observation, 'events'>,
  pod: Pod,
  container: Container,
  kind: ProbeKind,
): ClusterEvent[] {
  return seen.events
    .filter(
      ({ reason, involved, message }) =>
        reason === 'Unhealthy' &&
        involved.uid === pod.meta.uid &&
        (involved.container ?? container.name) === container.name &&
        WORDS.exec(plain(message))?.[1]?.toLowerCase() === kind,
    )
    .sort((a, b) => (b.lastSeenMs ?? 0) - (a.lastSeenMs ?? 0));
}

function plain(message: string): string {
  return message.startsWith(COMBINED) ? message.slice(COMBINED.length) : message;
}

/** What came back when the probe last failed: `HTTP probe failed with statuscode: 503`. */
export function probeAnswer(
  seen: Pick<Observation, 'events'>,
  pod: Pod,
  container: Container,
  kind: ProbeKind,
): string | undefined {
  const [newest] = wordsAbout(seen, pod, container, kind);
  return newest && WORDS.exec(plain(newest.message))?.[2];
}

/** The probe in words, and what is visibly wrong with its port. */
export function probeDetails(kind: ProbeKind, probe: Probe, { ports }: Container): readonly Detail[] {
  const { asks, periodSeconds, timeoutSeconds, failureThreshold } = probe;
  const times = kind === 'readiness' ? '' : `, ${failureThreshold} failures in a row restart the container`;
  const hint = portHint(probe, ports);
  return [
    { label: FACT.probe, value: `${asks}, every ${periodSeconds} s, answer within ${timeoutSeconds} s${times}` },
    ...(hint === undefined ? [] : [{ label: FACT.hint, value: hint }]),
  ];
}

/** A name must be among the container's ports; a number need not be, but where ports are named it mostly is. */
function portHint({ port }: Probe, ports: Container['ports']): string | undefined {
  if (port === undefined) return undefined;
  const named = ports.map(({ name, containerPort }) =>
    name === '' ? `${containerPort}` : `${name} (${containerPort})`,
  );
  const isNumber = /^\d+$/.test(port);
  if (ports.some(({ name, containerPort }) => (isNumber ? `${containerPort}` === port : name === port)))
    return undefined;
  if (isNumber && named.length === 0) return undefined;
  const what = isNumber ? `port ${port} is not among` : `no port is named "${port}" among`;
  return `${what} the ports of the container: ${named.join(', ') || 'it names none'}`;
}

/** How a container ends that the kubelet stops: by SIGTERM, by SIGKILL after it, or in good order when it handles SIGTERM. */
const STOPPED: ReadonlySet<number> = new Set([0, 137, 143]);
/** Times of the API are whole seconds: one may be rounded down at either end. */
const ROUNDING_MS = 2_000;

/**
 * The probe by which the kubelet stopped the container when it ended last. The kubelet's `Killing` is a Normal event,
 * which the gate does not watch; so it takes failures enough, in a life long enough for them, and an end as the
 * kubelet makes it. https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
 */
export function killedByProbe(
  seen: Pick<Observation, 'events'>,
  pod: Pod,
  container: Container,
): 'startup' | 'liveness' | undefined {
  const end = lastEnd(container);
  if (end === undefined || end.reason === OOM_KILLED || !STOPPED.has(end.exitCode)) return undefined;
  const { startedAtMs, finishedAtMs } = end;
  return (['startup', 'liveness'] as const).find((kind) => {
    const probe = container.probes[kind];
    if (probe === undefined) return false;
    const words = wordsAbout(seen, pod, container, kind);
    const lastSeenMs = words[0]?.lastSeenMs;
    if (words.reduce((sum, { count }) => sum + count, 0) < probe.failureThreshold) return false;
    if (startedAtMs === undefined || finishedAtMs === undefined) return true;
    const neededMs = (probe.initialDelaySeconds + (probe.failureThreshold - 1) * probe.periodSeconds) * 1000;
    const failedInThatLife = lastSeenMs === undefined || lastSeenMs >= startedAtMs - ROUNDING_MS;
    return failedInThatLife && finishedAtMs - startedAtMs >= neededMs - ROUNDING_MS;
  });
}
