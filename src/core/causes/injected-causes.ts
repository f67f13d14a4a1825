import type { CauseSpec } from './cause.ts';
import { TESTCAR_IMPACT } from './impact.ts';
import type { PartyWords } from './party.ts';
import { recovery } from './recovery.ts';
import { FACT, circumstances, describeCommand, ending, fact, factAfter, place, said, sentence } from './wording.ts';

/** https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/, https://linkerd.io/2/reference/proxy-configuration/, https://docs.dapr.io/reference/arguments-annotations-overview/ */
const INJECTION_OFF =
  'Istio: label sidecar.istio.io/inject: "false"; Linkerd: annotation linkerd.io/inject: disabled; Dapr: annotation dapr.io/enabled: "false"';

/** Containers of the pod that are not in the manifest: the owners of the webhook that added them have to act. */
export function injectedContainerFailed(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `A container that admission added to ${party.name} failed`,
    graceMs: 20_000,
    graceSource:
      'Proxies that are injected start over while their control plane restarts, so one retry of the kubelet is waited for, as for any other start.',
    headline: (e) =>
      `${sentence(place(e))}, which is not in your manifest but was added by admission, does not run${e.exitCode === undefined ? circumstances(e) : ending(e)}${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'webhook', 'webhook'),
      customerImpact: () =>
        'None from the gate. Every pod that is started now and gets this container too may fail in the same way, also those of other teams.',
      remediation: (e) => [
        'Hand over to the team that owns the webhook which adds this container: kubectl get mutatingwebhookconfigurations.',
        `See its own words: ${describeCommand(e)}; the last lines of its log are in the report.`,
        `If ${party.name} does not need it, switch the injection off in the pod template of ${party.podSource}: ${INJECTION_OFF}.`,
      ],
    },
  };
}

export const sidecarNeverEnds = {
  class: 'TESTCAR_ERROR',
  section: 'testcar',
  title: 'A sidecar keeps the Job of testcar from ending',
  graceMs: 30_000,
  graceSource:
    'The time that Kubernetes itself gives a container to end (default terminationGracePeriodSeconds); a proxy that notices the end of its neighbour is gone by then. A container of your own Job has until testTimeout, unless it is given a grace.',
  headline: (e) =>
    `The tests have ended${factAfter(' (', e, FACT.testsEnded)}${fact(e, FACT.testsEnded) === undefined ? '' : ')'}, but ${place(e)} goes on running${circumstances(e)}, so their Job cannot complete${factAfter('; the container comes from: ', e, FACT.source)}`,
  entry: {
    ...TESTCAR_IMPACT,
    ...recovery('testcar', 'pod', 'nextRun'),
    remediation: () => [
      'Make it a native sidecar, which Kubernetes ends by itself: an entry of initContainers with restartPolicy: Always. Istio: ENABLE_NATIVE_SIDECARS=true of istiod; Linkerd: annotation config.beta.linkerd.io/proxy-enable-native-sidecar: "true".',
      `Or switch the injection off in the pod template of testcar's Job: ${INJECTION_OFF}.`,
      'Or let testcar end it as its last step, for example: curl -X POST http://127.0.0.1:15020/quitquitquit (Istio), http://127.0.0.1:3500/v1.0/shutdown (Dapr).',
    ],
  },
} as const satisfies CauseSpec;
