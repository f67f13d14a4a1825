import type { Evidence } from '../model/evidence.ts';
import type { CauseSpec } from './cause.ts';
import { CONFIG_IMPACT, TESTCAR_IMPACT } from './impact.ts';
import { quote, shorten } from './quote.ts';
import { recovery } from './recovery.ts';
import { FACT, because, factAfter, facts, place, said, sentence } from './wording.ts';

const CONFIG = { class: 'CONFIG_ERROR', section: 'testcar', graceMs: 0 } as const;

const VALUE_CHARS = 200;

function firstInput(evidence: Evidence): string {
  const [first] = evidence.details ?? [];
  if (first === undefined) return said(evidence);
  const count = evidence.details?.length ?? 0;
  const more = count > 1 ? ` (and ${count - 1} more)` : '';
  return `: ${shorten(first.label, VALUE_CHARS)} ${shorten(first.value, VALUE_CHARS)}${more}`;
}

/** Wrong input, missing rights, a name that is taken, or a person who stopped the run. */
export const PIPELINE_CAUSES = {
  InputInvalid: {
    ...CONFIG,
    title: 'Invalid input',
    headline: (e) => `The gate cannot start with this input${firstInput(e)}`,
    entry: {
      ...CONFIG_IMPACT,
      ...recovery('input', 'input', 'nextRun'),
      remediation: (e) => [
        ...(e.details ?? []).map(
          ({ label, value }) => `Correct ${shorten(label, VALUE_CHARS)}: ${shorten(value, VALUE_CHARS)}.`,
        ),
        'All problems of this input are listed; nothing was deployed.',
      ],
    },
  },
  ManifestInvalid: {
    ...CONFIG,
    title: 'Manifest refused by the API server',
    headline: (e) => `The API server refused ${place(e)}${because(e)}${factAfter(' while ', e, FACT.doing)}${said(e)}`,
    entry: {
      ...CONFIG_IMPACT,
      ...recovery('input', 'dryRun', 'nextRun'),
      remediation: () => [
        'Correct the field that the message names. Unknown fields are refused on purpose: a misspelt one would be ignored silently.',
        'Try it by hand: kubectl apply --dry-run=server --validate=strict -f FILE.',
        'If a policy, quota or Pod Security level refused it, the message names that.',
      ],
    },
  },
  ClusterConfigMissing: {
    ...CONFIG,
    title: 'No cluster configured',
    headline: (e) => `It is not known which cluster to use: ${place(e)}${said(e)}`,
    entry: {
      ...CONFIG_IMPACT,
      ...recovery('input', 'contexts', 'nextRun'),
      option: 'kubeconfig',
      remediation: () => [
        'Give a kubeconfig (input kubeconfig, variable KUBECONFIG or the service connection) and, if it has several, a context.',
        'List what is there: kubectl config get-contexts.',
      ],
    },
  },
  CredentialsRejected: {
    ...CONFIG,
    title: 'Credentials rejected',
    headline: (e) =>
      `The API server does not accept the credentials of the gate${because(e)}${factAfter(', while ', e, FACT.doing)}${said(e)}`,
    entry: {
      ...CONFIG_IMPACT,
      ...recovery('input', 'account', 'credentials'),
      option: 'kubeconfig',
      remediation: () => [
        'Renew the token or the service connection; try the same kubeconfig with: kubectl auth whoami.',
        'With a credential plugin (kubelogin, aws, gke-gcloud-auth-plugin): check that it is installed on the agent and logged in.',
      ],
    },
  },
  PermissionsMissing: {
    ...CONFIG,
    title: 'Permissions missing',
    headline: (e) => `The gate may not do what it must in ${place(e)}${permissions(e)}`,
    entry: {
      ...CONFIG_IMPACT,
      ...recovery('input', 'rights', 'credentials'),
      remediation: (e) => [
        `Give the gate's account the missing rights by a Role and RoleBinding in the namespace${rights(e)}.`,
        'Check with: kubectl auth can-i VERB RESOURCE -n NAMESPACE --as ACCOUNT.',
      ],
    },
  },
  NamespaceMissing: {
    ...CONFIG,
    title: 'Namespace missing',
    headline: (e) => `The namespace does not exist: ${place(e)}${said(e)}`,
    entry: {
      ...CONFIG_IMPACT,
      ...recovery('input', 'namespaces', 'nextRun'),
      option: 'namespace',
      remediation: () => [
        'Correct the input namespace, or create the namespace before the gate runs.',
        'Check that the context points at the cluster that you mean: kubectl config current-context.',
      ],
    },
  },
  NamespaceTerminating: {
    ...CONFIG,
    title: 'Namespace is being deleted',
    headline: (e) => `The namespace is being deleted and takes nothing new; seen at ${place(e)}${said(e)}`,
    entry: {
      ...CONFIG_IMPACT,
      ...recovery('input', 'namespaces', 'nextRun'),
      option: 'namespace',
      remediation: () => [
        'Find out who deletes the namespace: a clean-up job, another pipeline, or a person; and run again when it is made anew.',
        'If it stays in Terminating, a finalizer holds it: kubectl get namespace NAME -o yaml, status.conditions.',
        'If another namespace was meant, correct the input namespace.',
      ],
    },
  },
  AdoptionRefused: {
    ...CONFIG,
    title: 'An object of this name belongs to somebody else',
    headline: (e) => `${sentence(place(e))} exists already and is not of this run${said(e)}${others(e)}`,
    entry: {
      ...CONFIG_IMPACT,
      ...recovery('input', 'owner', 'nextRun'),
      remediation: (e) => [
        `Find its owner: kubectl get ${shorten(e.object, VALUE_CHARS)} -o yaml, labels testcar-gate/*; if nothing uses it, delete it.`,
        'If another run of the gate is active, wait for it: let the pipeline run one at a time per environment.',
      ],
    },
  },
  SutNotFound: {
    ...CONFIG,
    title: 'Deployment to observe not found',
    headline: (e) => `${sentence(place(e))} does not exist${factAfter(' after ', e, FACT.waitedFor)}${said(e)}`,
    entry: {
      ...CONFIG_IMPACT,
      ...recovery('input', 'deployments', 'nextRun'),
      option: 'deployment',
      remediation: () => [
        'Check the inputs deployment and namespace, and that the delivery has run before the gate.',
        'List what is there: kubectl get deployments -n NAMESPACE.',
      ],
    },
  },
  Cancelled: {
    class: 'CANCELLED',
    section: 'testcar',
    graceMs: 0,
    title: 'Cancelled',
    headline: (e) =>
      `The run was cancelled from outside${because(e)}${factAfter(' while ', e, FACT.doing)}: nothing is known about this revision`,
    entry: {
      ...recovery('unknown', 'madeByRun', 'nextRun'),
      technicalImpact:
        'The gate stopped and cleaned up within the time that the agent leaves. Nothing was marked as passed.',
      customerImpact: TESTCAR_IMPACT.customerImpact,
      dataLoss: 'None: results of this run were discarded.',
      remediation: () => [
        'If nobody cancelled it, look at the time limit of the pipeline job: it must be longer than readyTimeout and testTimeout together.',
        'Run the pipeline again; what could not be deleted in time is named in the report and removed by its TTL.',
      ],
    },
  },
} as const satisfies Record<string, CauseSpec>;

function rights(evidence: Evidence): string {
  const missing = facts(evidence, FACT.missing);
  return missing === '' ? '' : `: ${missing}`;
}

function permissions(evidence: Evidence): string {
  const missing = facts(evidence, FACT.missing);
  return missing === '' ? said(evidence) : `: missing ${missing}`;
}

function others(evidence: Evidence): string {
  const known = (evidence.details ?? []).map(({ label, value }) => `${label} ${quote(value, VALUE_CHARS)}`);
  return known.length === 0 ? '' : ` (${shorten(known.join(', '), VALUE_CHARS * 2)})`;
}
