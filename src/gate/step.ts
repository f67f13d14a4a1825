import type { ApiError, Result } from '../core/model/api-error.ts';
import type { Finding } from '../core/causes/finding.ts';
import { type SentObject, findingFromApiError } from '../core/judge/api-finding.ts';

/** The outcome of one phase: its value, or the finding that closes the gate. */
export type Step<T> = { ok: true; value: T } | { ok: false; finding: Finding; others: readonly Finding[] };

export function done<T>(value: T): Step<T> {
  return { ok: true, value };
}

export function closed(finding: Finding, others: readonly Finding[] = []): Step<never> {
  return { ok: false, finding, others };
}

export function closedBy(error: ApiError, doing: string, stage: 'start' | 'running', sent?: SentObject): Step<never> {
  return closed(findingFromApiError(error, doing, stage, sent));
}

export function stepOf<T>(result: Result<T>, doing: string, stage: 'start' | 'running'): Step<T> {
  return result.ok ? done(result.value) : closedBy(result.error, doing, stage);
}
