import type { Cause } from '../causes/index.ts';
import { type CreationTrouble, creationTrouble } from '../causes/creation-trouble.ts';
import { type Party, type Trouble, causeFor } from './rules/rule.ts';

const TROUBLE_OF: Readonly<
  Record<Exclude<CreationTrouble['kind'], 'webhook-down' | 'namespace-terminating' | 'unknown'>, Trouble>
> = {
  quota: 'quotaExceeded',
  denied: 'admissionDenied',
  'pod-security': 'podSecurityViolated',
  'service-account': 'serviceAccountMissing',
};

export type Refusal = Pick<CreationTrouble, 'facts' | 'never'> & { cause: Cause };

/** The cause that the API server's words name when they let nothing of this party in; undefined when they name none. */
export function refusalOf(message: string, party: Party): Refusal | undefined {
  const { kind, facts, never } = creationTrouble(message);
  switch (kind) {
    case 'unknown':
      return undefined;
    case 'webhook-down':
      return { cause: 'WebhookUnavailable', facts, never };
    case 'namespace-terminating':
      return { cause: 'NamespaceTerminating', facts, never };
    default:
      return { cause: causeFor(party, TROUBLE_OF[kind]), facts, never };
  }
}
