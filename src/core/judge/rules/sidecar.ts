import { FACT } from '../../causes/wording.ts';
import type { Container, Pod } from '../../model/seen.ts';
import { askedFor, isInjected } from '../admission.ts';
import { firstSeenMs } from '../memory.ts';
import { containerTopic, topicKey } from '../sightings.ts';
import { ONLY_EXPLAINS, type Rule, containerEvidence } from './rule.ts';

/**
 * The tests have ended, but another main container goes on: its Job never completes (istio#6324, #11045), because
 * nothing tells a plain container that its neighbour is done. One that admission added decides after its grace. One of
 * the user's own Job may still be uploading something, so it has until the deadline, or the grace that was asked for.
 */
export const sidecarRule: Rule = {
  name: 'sidecar',
  check: (ctx) => {
    if (ctx.party !== 'testcar') return [];
    const asked = askedFor('testcar', ctx.plan, ctx.seen);
    return ctx.pods.flatMap((pod) => {
      const test = pod.containers.find(({ name }) => name === ctx.plan.testcarContainer);
      const running = stillRunning(pod, test);
      if (test?.state.kind !== 'terminated' || running === undefined) return [];
      const sinceMs = firstSeenMs(ctx.memory, topicKey(pod.meta.uid, test.name, containerTopic(test)), ctx.nowMs);
      const injected = isInjected(asked, running);
      const evidence = containerEvidence(pod, running, {
        sinceMs,
        details: [
          { label: FACT.testsEnded, value: `container ${test.name}, exit code ${test.state.exitCode}` },
          { label: FACT.source, value: injected ? 'added by admission' : "testcar's Job manifest" },
        ],
      });
      const waits = !injected && ctx.plan.options.gracesMs.TestcarSidecarNeverEnds === undefined;
      const grace = waits ? { graceMs: ONLY_EXPLAINS } : {};
      return [{ finding: { cause: 'TestcarSidecarNeverEnds' as const, evidence }, sinceMs, ...grace }];
    });
  },
};

/** The first main container beside the test container that still runs; native sidecars are ended by the kubelet. */
export function stillRunning(pod: Pod, test: Container | undefined): Container | undefined {
  if (test?.state.kind !== 'terminated') return undefined;
  return pod.containers.find(
    ({ name, kind, state }) => kind === 'main' && name !== test.name && state.kind === 'running',
  );
}
