import type { Cause } from '../causes/index.ts';
import { FACT } from '../causes/wording.ts';
import type { ApiError } from '../model/api-error.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../causes/finding.ts';
import { refusalOf } from './creation-finding.ts';
import type { Party } from './rules/rule.ts';

/** What was to be created or changed, and for whom: a refusal of it is that party's. `job/x`, as commands name it. */
export type SentObject = { object: string; party: Party };

/**
 * The finding for a call on the API server that failed. `doing` says what for, as in "creating Job x". `start` is before
 * anything was deployed: refused credentials are then a matter of input, later they have expired.
 */
export function findingFromApiError(
  error: ApiError,
  doing: string,
  stage: 'start' | 'running',
  sent?: SentObject,
): Finding {
  const refusal = sent && error.httpStatus !== undefined ? refusalOf(error.message, sent.party) : undefined;
  const cause = refusal?.cause ?? causeOf(error, stage);
  const reason = error.code ?? error.reason ?? error.kind;
  const evidence: Evidence = {
    object: refusal === undefined ? objectOf(error, cause) : (sent?.object ?? API_OBJECT),
    reason: error.kind === 'tls' ? 'tls' : reason,
    message: error.message,
    details: [
      ...(refusal?.facts ?? []),
      { label: FACT.doing, value: doing },
      ...(error.httpStatus === undefined ? [] : [{ label: FACT.httpStatus, value: `${error.httpStatus}` }]),
      ...missingPermission(error, cause),
    ],
  };
  return { cause, evidence };
}

function causeOf(error: ApiError, stage: 'start' | 'running'): Cause {
  switch (error.kind) {
    case 'unreachable':
    case 'tls':
      return 'ApiUnreachable';
    case 'not-kubernetes':
      return 'ApiNotKubernetes';
    case 'credentials':
    case 'unauthorized':
      return notLoggedIn(stage);
    case 'forbidden':
      // The request came without a token or certificate that the server knows.
      if (ANONYMOUS.test(error.message)) return notLoggedIn(stage);
      return isPolicy(error.message) ? 'ManifestInvalid' : 'PermissionsMissing';
    case 'not-found':
      if (/namespaces "[^"]*" not found/.test(error.message)) return 'NamespaceMissing';
      return stage === 'start' ? 'ManifestInvalid' : 'EvidenceContradicts';
    case 'already-exists':
      return 'AdoptionRefused';
    case 'conflict':
      return stage === 'start' ? 'AdoptionRefused' : 'EvidenceContradicts';
    case 'invalid':
      return 'ManifestInvalid';
    case 'server-error':
      if (/failed calling webhook/.test(error.message)) return 'WebhookUnavailable';
      return /admission webhook "[^"]*" denied/.test(error.message) ? 'ManifestInvalid' : 'ApiServerError';
    case 'expired':
    case 'too-many-requests':
      return 'ApiServerError';
    case 'aborted':
      return 'Cancelled';
  }
}

function notLoggedIn(stage: 'start' | 'running'): Cause {
  return stage === 'start' ? 'CredentialsRejected' : 'CredentialsExpired';
}

/** The object of a finding that is about the API server itself. */
export const API_OBJECT = 'the Kubernetes API';

const RBAC = /cannot (\S+) (?:resource|path) "([^"]+)"(?: in API group "([^"]*)")?/;

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests */
const ANONYMOUS = /User "system:anonymous"/;

/** 403 is also the answer of quota, Pod Security, webhooks and a namespace that is being deleted. */
function isPolicy(message: string): boolean {
  return (
    !RBAC.test(message) && /quota|admission webhook|PodSecurity|denied the request|being terminated/i.test(message)
  );
}

function missingPermission({ message }: ApiError, cause: Cause): readonly { label: string; value: string }[] {
  if (cause !== 'PermissionsMissing') return [];
  const [, verb, resource, group] = RBAC.exec(message) ?? [];
  if (verb === undefined || resource === undefined) return [];
  return [{ label: FACT.missing, value: `${verb} ${resource}${group ? `.${group}` : ''}` }];
}

function objectOf({ message }: ApiError, cause: Cause): string {
  const namespace = /namespaces? "([^"]*)"/.exec(message)?.[1];
  if ((cause === 'NamespaceMissing' || cause === 'PermissionsMissing') && namespace) return `namespace/${namespace}`;
  return API_OBJECT;
}
