import { CAUSES } from '../core/causes/index.ts';
import type { Finding } from '../core/causes/finding.ts';
import { type Control, compare } from '../core/judge/control.ts';
import { judgeReady } from '../core/judge/ready.ts';
import type { Results } from '../core/model/results.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { Feed, Host, Ports } from '../ports.ts';
import { collect } from './collect.ts';
import { hostWith } from './host-with.ts';
import type { Follower } from './log-following.ts';
import type { Made } from './made.ts';
import type { RunLog } from './run-log.ts';
import { test } from './testing.ts';
import { Waiter } from './wait.ts';

/**
 * Repeats failed tests against the stable revision (option `control`): own Job, own Service, the same deadlines, the same
 * clean-up. Whatever goes wrong here leaves the verdict of the run as it was; nothing here can open the gate.
 *
 * Only failed tests are compared: an address that does not answer (SutUnreachable) never came to a test, and its own
 * finding already names the revision and the port.
 */
export async function runControl(
  plan: Plan,
  failed: Results,
  ports: Ports,
  watch: (plan: Plan) => Feed,
  made: Made,
  log: RunLog,
  followers: Follower[],
  signal: AbortSignal,
): Promise<Control> {
  const { control } = plan;
  if (control === undefined) return { kind: 'not-done', why: `no Deployment ${plan.liveDeployment} was live` };
  log.enter('test');
  log.note(`tests failed; control run: the same testcar against the live Deployment ${plan.liveDeployment}`);
  const feed = watch(control);
  const waiter = new Waiter(ports.clock, log, signal);
  const stable = await waiter.until(feed, (moment) => judgeReady({ ...moment, plan: control }));
  if (!stable.ok) return notDone(stable.finding);
  const marked: Ports = { ...ports, host: markedHost(ports.host) };
  const tested = await test(control, stable.value, marked, feed, waiter, made, log, followers, signal);
  if (!tested.ok) return notDone(tested.finding);
  const collected = await collect(control, stable.value, tested.value, feed, waiter, ports, log);
  if (!collected.ok) return notDone(collected.finding);
  const { outcome, results } = collected.value;
  if (outcome.kind === 'failed' && outcome.finding.cause !== 'TestsFailed') return notDone(outcome.finding);
  return results === undefined
    ? { kind: 'not-done', why: 'its results are missing' }
    : compare(stable.value.replicaSetName, failed, results);
}

function notDone({ cause, evidence }: Finding): Control {
  return { kind: 'not-done', why: `${cause}: ${CAUSES[cause].headline(evidence)}` };
}

/** Lines of both runs are in one log; a person must see at once which revision they are about. */
function markedHost(host: Host): Host {
  return hostWith(host, {
    say: (line) => {
      host.say(line);
    },
    relay: (source, lines) => host.relay(`control ${source}`, lines),
  });
}
