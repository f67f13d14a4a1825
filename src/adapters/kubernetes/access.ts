import pWaitFor from 'p-wait-for';
import { booleanAt, listAt, stringAt } from '../../core/model/json.ts';
import type { Result } from '../../core/model/api-error.ts';
import type { Access, AccessNeed } from '../../ports.ts';
import { apiError } from './api-error.ts';
import type { Api } from './request.ts';

const REVIEWS = '/apis/authorization.k8s.io/v1';

/** Between two questions to an API server that is away. */
const ASK_AGAIN_MS = 500;

export function kubernetesAccess(api: Api, askAgainMs = ASK_AGAIN_MS): Access {
  return {
    async untilAnswers(forMs, signal) {
      const deadlineMs = api.clock.nowMs() + forMs;
      let answers = false;
      // Neither `timeout` nor `signal` of p-wait-for 6: each adds a listener per turn, and Node warns after ten.
      await pWaitFor(
        async () => {
          const doing = 'asking whether the API server answers again';
          const answer = await api.json({ method: 'GET', path: '/version', doing, signal, repeatable: false });
          answers = answer.ok;
          return answers || signal.aborted || api.clock.nowMs() + askAgainMs > deadlineMs;
        },
        { interval: askAgainMs },
      );
      return answers;
    },

    async serverVersion() {
      const doing = 'asking the API server for its version';
      const answer = await api.json({ method: 'GET', path: '/version', doing, repeatable: true });
      if (!answer.ok) return answer;
      const gitVersion = stringAt(answer.value, 'gitVersion');
      if (gitVersion !== undefined) return { ok: true, value: { gitVersion, clock: api.serverClock } };
      return {
        ok: false,
        error: apiError('not-kubernetes', `${doing}: the answer has no gitVersion`, { httpStatus: 200 }),
      };
    },

    async missing(namespace, needs) {
      const rules = await rulesReview(api, namespace);
      if (!rules.ok && rules.error.kind !== 'forbidden' && rules.error.kind !== 'not-found') return rules;
      const granted = rules.ok ? rules.value.granted : [];
      const incomplete = !rules.ok || rules.value.incomplete;
      // The list may be incomplete (webhook authorizers, aggregated API servers), so what it lacks is asked for singly.
      const notGranted = needs.filter((need) => !granted.some((rule) => covers(rule, need)));
      const doubtful = notGranted.filter(({ optional }) => incomplete || optional !== true);
      const answers = await Promise.all(doubtful.map((need) => isAllowed(api, namespace, need)));
      const missing = notGranted.filter((need) => !doubtful.includes(need));
      for (const [index, need] of doubtful.entries()) {
        const answer = answers[index];
        if (answer === undefined) continue;
        if (!answer.ok && need.optional !== true) return answer;
        if (!answer.ok || !answer.value) missing.push(need);
      }
      return { ok: true, value: missing };
    },
  };
}

type Rule = {
  verbs: readonly unknown[];
  groups: readonly unknown[];
  resources: readonly unknown[];
  names: readonly unknown[];
};

/** https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-rules-review-v1/ */
async function rulesReview(
  api: Api,
  namespace: string,
): Promise<Result<{ granted: readonly Rule[]; incomplete: boolean }>> {
  const answer = await api.json({
    method: 'POST',
    path: `${REVIEWS}/selfsubjectrulesreviews`,
    doing: `asking what the gate may do in namespace ${namespace}`,
    body: json({ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } }),
    repeatable: true,
  });
  if (!answer.ok) return answer;
  const granted = listAt(answer.value, 'status', 'resourceRules').map((rule) => ({
    verbs: listAt(rule, 'verbs'),
    groups: listAt(rule, 'apiGroups'),
    resources: listAt(rule, 'resources'),
    names: listAt(rule, 'resourceNames'),
  }));
  return { ok: true, value: { granted, incomplete: booleanAt(answer.value, 'status', 'incomplete') === true } };
}

/** As RBAC matches: `*` covers every resource and subresource, `*` + `/scale` one subresource of every resource. */
function covers(rule: Rule, need: AccessNeed): boolean {
  const subresource = need.resource.split('/', 2)[1];
  const resources = ['*', need.resource, ...(subresource === undefined ? [] : [`*/${subresource}`])];
  return (
    includesAny(rule.verbs, ['*', need.verb]) &&
    includesAny(rule.groups, ['*', need.group]) &&
    includesAny(rule.resources, resources) &&
    (rule.names.length === 0 || (need.name !== undefined && rule.names.includes(need.name)))
  );
}

function includesAny(list: readonly unknown[], wanted: readonly string[]): boolean {
  return wanted.some((item) => list.includes(item));
}

async function isAllowed(api: Api, namespace: string, need: AccessNeed): Promise<Result<boolean>> {
  const [resource = '', subresource] = need.resource.split('/', 2);
  const resourceAttributes = {
    namespace,
    verb: need.verb,
    group: need.group,
    resource,
    ...(subresource !== undefined && { subresource }),
    ...(need.name !== undefined && { name: need.name }),
  };
  const answer = await api.json({
    method: 'POST',
    path: `${REVIEWS}/selfsubjectaccessreviews`,
    doing: `asking whether the gate may ${need.verb} ${need.resource} in namespace ${namespace}`,
    body: json({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    }),
    repeatable: true,
  });
  return answer.ok ? { ok: true, value: booleanAt(answer.value, 'status', 'allowed') === true } : answer;
}

function json(content: unknown): { contentType: string; content: unknown } {
  return { contentType: 'application/json', content };
}
