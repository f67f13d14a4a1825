import type { JsonObject } from '../model/json.ts';
import { testcarJob } from './job.ts';
import { type Labels, roleLabels, selectorText } from './naming.ts';
import type { Plan } from './plan.ts';
import { type Selector, queryText } from './selectors.ts';
import { templatePort } from './template-port.ts';

/**
 * The live Deployment is expected to be rolled out long since; one that is not gives no answer that could be compared.
 * Long enough for the first lists of the watches and for a single pod that is being replaced.
 */
const STABLE_WITHIN_MS = 30_000;

/** Behind the run's name, for the Job and the Service of the control run; with it, names of pods stay below 63 characters. */
const SUFFIX = '-ctl';

/**
 * The plan of the control run: the same testcar, pointed at the live Deployment. It deploys and promotes nothing, and
 * all that is made by it carries the labels of the run, so that every clean-up of the run finds it.
 */
export function controlPlan(
  plan: Plan,
  input: {
    liveDeployment: JsonObject;
    userJob: JsonObject;
    selector: Selector;
    annotations: Labels;
    forbidden: readonly Selector[];
  },
): Plan {
  const { options, namespace, runId } = plan;
  const name = `${runId}${SUFFIX}`;
  const sutPort = options.sutPort ?? templatePort(input.liveDeployment) ?? plan.sutPort;
  const role = 'control' as const;
  const target = { options, runId, namespace, serviceName: name, sutPort, role };
  const { annotations, forbidden } = input;
  const { job } = testcarJob(input.userJob, { ...target, annotations, forbidden });
  return {
    ...plan,
    options: { ...options, readyTimeoutMs: Math.min(options.readyTimeoutMs, STABLE_WITHIN_MS) },
    watchedDeployment: plan.liveDeployment,
    sutSelector: queryText(input.selector),
    sutMatchLabels: input.selector.matchLabels,
    testcarSelector: selectorText(roleLabels(runId, role)),
    jobName: name,
    serviceName: name,
    liveServices: [],
    sutPort,
    toDeploy: [],
    toPromote: [],
    job,
  };
}
