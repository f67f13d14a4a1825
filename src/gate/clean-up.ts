import type { Verdict } from '../core/judge/verdict.ts';
import type { Plan } from '../core/plan/plan.ts';
import { restorePatch } from '../core/plan/rollback.ts';
import { clockTime } from '../core/report/time.ts';
import type { Ports } from '../ports.ts';
import type { Changed } from './apply.ts';
import type { Made } from './made.ts';
import { refOf, uidOf } from './ref.ts';
import type { RunLog } from './run-log.ts';

/** What a cancelled run may still spend on cleaning up: the agents kill after 7.5 s (Azure and GitHub alike). */
const CANCEL_BUDGET_MS = 5_500;
/** What an ordinary run may spend on it. Anything slower is reported as left behind, with its safety net. */
const SETTLE_BUDGET_MS = 30_000;
/** Of that budget, what the deletes themselves may need. */
const LAST_CALLS_MS = 5_000;

/**
 * Deletes what was made and, when the gate closes, takes back what was changed: in every ending, within a budget. Never
 * throws and never changes the verdict; what could not be done is said, with the safety net that remains.
 */
export async function cleanUp(
  verdict: Verdict,
  plan: Plan,
  made: Made,
  changed: readonly Changed[],
  ports: Ports,
  log: RunLog,
): Promise<void> {
  const stop = new AbortController();
  const budgetMs = verdict.class === 'CANCELLED' ? CANCEL_BUDGET_MS : SETTLE_BUDGET_MS;
  const work = async (): Promise<'done'> => {
    // After an outage the server may come back within the budget; deleting into the dark would leave everything behind.
    if (verdict.class === 'CLUSTER_ERROR' && (made.refs.length > 0 || changed.length > 0)) {
      const until = clockTime(ports.clock.nowMs() + budgetMs);
      log.note(`cleaning up: tried until ${until} at the latest, as the API server may come back; then the report`);
      await ports.access.untilAnswers(budgetMs - LAST_CALLS_MS, stop.signal);
    }
    const [restored, deleted] = await Promise.all([
      takeBack(verdict, plan, changed, ports),
      remove(verdict, plan, made, ports, stop.signal),
    ]);
    for (const line of [...restored, ...deleted]) log.settled(line);
    return 'done';
  };
  try {
    const late = ports.clock.sleep(budgetMs, stop.signal).then(() => 'late' as const);
    late.catch(() => undefined);
    if ((await Promise.race([work(), late])) === 'late') {
      log.settled(`clean-up did not end within ${budgetMs / 1000} s: ${leftovers(made)}`);
    }
  } catch (error) {
    log.settled(`clean-up failed: ${error instanceof Error ? error.message : 'unknown error'}: ${leftovers(made)}`);
  } finally {
    stop.abort(new Error('settled'));
  }
}

async function takeBack(
  verdict: Verdict,
  plan: Plan,
  changed: readonly Changed[],
  ports: Ports,
): Promise<readonly string[]> {
  if (verdict.kind === 'passed' || changed.length === 0) return [];
  if (plan.options.mode === 'in-place' && plan.options.onFailure === 'keep')
    return ['onFailure is keep: what was applied stays'];
  return restore(changed, ports);
}

async function remove(
  verdict: Verdict,
  plan: Plan,
  made: Made,
  ports: Ports,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (verdict.kind === 'failed' && verdict.class !== 'CANCELLED' && plan.options.keep === 'on-failure') {
    return made.refs.map(({ kind, name }) => `${kind} ${name} kept (option keep)`);
  }
  return made.deleteAll(ports.objects, plan.runId, ports.clock, signal);
}

function leftovers(made: Made): string {
  const names = made.refs.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return names === ''
    ? 'nothing temporary is left'
    : `${names} may be left behind; the Job's deadline and TTL remove them`;
}

/** Puts every changed object back as it was, newest first; what did not exist is deleted. One line each. */
async function restore(changed: readonly Changed[], ports: Ports): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { object, before } of [...changed].reverse()) {
    const ref = refOf(object);
    const name = `${ref.kind} ${ref.name}`;
    if (before === undefined) {
      const deleted = await ports.objects.delete(ref, { propagation: 'Background' });
      lines.push(
        deleted.ok
          ? `${name} deleted: it did not exist before`
          : `${name} could not be deleted: ${deleted.error.message}`,
      );
      continue;
    }
    const now = await ports.objects.get(ref);
    if (!now.ok || uidOf(now.value) !== uidOf(before)) {
      lines.push(`${name} could not be put back: ${now.ok ? 'it was replaced meanwhile' : now.error.message}`);
      continue;
    }
    const patch = restorePatch(before, now.value, object);
    if (patch.length === 0) continue;
    const restored = await ports.objects.patch(ref, patch);
    lines.push(restored.ok ? `${name} put back as it was` : `${name} could not be put back: ${restored.error.message}`);
  }
  return lines;
}
