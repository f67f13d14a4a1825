import type { CauseSpec } from './cause.ts';
import type { PartyWords } from './party.ts';
import { recovery } from './recovery.ts';
import { FACT, circumstances, describeCommand, exit, fact, factAfter, place, said, sentence } from './wording.ts';

export function configMissing(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `Configuration of ${party.name} missing`,
    graceMs: 15_000,
    graceSource:
      'A ConfigMap or Secret that is applied in the same moment needs the next sync of the pod; the kubelet\'s own "failed to sync … cache" race never decides.',
    headline: (e) =>
      `${sentence(place(e))} cannot start, because configuration that it refers to is missing${circumstances(e)}${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'pod', 'config'),
      remediation: () => [
        'Create the ConfigMap, Secret or key named in the message, in the namespace of the pod; or correct the reference to it.',
        `The reference is in ${party.podSource}: env, envFrom or volumes. With optional: true the pod starts without it.`,
        'If an operator makes the Secret (External Secrets, Sealed Secrets, Vault), look at the status of its object.',
      ],
    },
  };
}

export function startError(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `Container of ${party.name} cannot be started`,
    graceMs: 20_000,
    graceSource:
      'The runtime also reports passing trouble this way (a busy node, a container name still in use), so one kubelet retry is waited for.',
    headline: (e) => `${sentence(place(e))} cannot be started${circumstances(e)}${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'pod', party.repaired),
      remediation: (e) => [
        'Check command and args against the image: "executable file not found" means the path is wrong, "exec format error" that the image is for another architecture.',
        `See the runtime's own words: ${describeCommand(e)}.`,
        `Command, securityContext, volume mounts and lifecycle hooks are in ${party.podSource}.`,
      ],
    },
  };
}

export function oomKilled(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `Out of memory in ${party.name}`,
    graceMs: 0,
    headline: (e) =>
      `${sentence(place(e))} was killed for using more memory than allowed (OOMKilled, ${exit(e)}, memory limit ${fact(e, FACT.memoryLimit) ?? 'not set'}${factAfter(', restarts ', e, FACT.restarts)})`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'crash', party.side === 'testcar' ? 'nextRun' : 'crash'),
      remediation: (e) => [
        `Raise resources.limits.memory of ${place(e)} (now ${fact(e, FACT.memoryLimit) ?? 'not set'}), or make it use less.`,
        'For a JVM or Node process, check that its heap limit is below the limit of the container.',
        'Exit code 0 does not help: a child process was killed, and what it should have done is missing.',
      ],
    },
  };
}

export function storageExceeded(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `Local storage limit exceeded by ${party.name}`,
    graceMs: 0,
    headline: (e) =>
      `${sentence(place(e))} was evicted for using more local storage than its own limits allow${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'pod', party.repaired),
      dataLoss: `${party.impact.dataLoss} The files in the emptyDir volumes of this pod are gone.`,
      remediation: () => [
        `Raise resources.limits.ephemeral-storage or the sizeLimit of the emptyDir in ${party.podSource}, or write less.`,
        'Container logs count as local storage too.',
      ],
    },
  };
}
