import { FACT } from '../causes/wording.ts';
import type { Evidence } from '../model/evidence.ts';
import type { ResourceQuota } from '../model/surroundings.ts';

/** A quota can limit hundreds of things; the log shows the first. */
const MOST_RESOURCES = 8;

/** Where the named quota stands now, as the API counts: `pods 2 of 2, requests.cpu 1500m of 2`. Nothing if it was not read. */
export function quotaNow(quotas: readonly ResourceQuota[], name: string | undefined): NonNullable<Evidence['details']> {
  const quota = quotas.find(({ meta }) => meta.name === name);
  if (quota === undefined) return [];
  const parts = Object.entries(quota.hard).map(
    ([resource, hard]) => `${resource} ${quota.used[resource] ?? '0'} of ${hard}`,
  );
  return parts.length === 0 ? [] : [{ label: FACT.quotaNow, value: parts.slice(0, MOST_RESOURCES).join(', ') }];
}
