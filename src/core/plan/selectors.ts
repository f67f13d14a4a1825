import { type Json, listAt, objectAt, stringAt, stringMapAt } from '../model/json.ts';
import type { Labels } from './naming.ts';

/** A label selector, and what it belongs to in words. */
export type Selector = {
  owner: string;
  matchLabels: Labels;
  matchExpressions: readonly { key: string; operator: string; values: readonly string[] }[];
};

/** `spec.selector` of a workload, or any other LabelSelector. */
export function labelSelector(json: unknown, owner: string): Selector {
  const matchExpressions = listAt(json, 'matchExpressions').map((term) => ({
    key: stringAt(term, 'key') ?? '',
    operator: stringAt(term, 'operator') ?? '',
    values: listAt(term, 'values').filter((value: Json) => typeof value === 'string'),
  }));
  return { owner, matchLabels: stringMapAt(json, 'matchLabels'), matchExpressions };
}

/** undefined for a Service without selector: its endpoints are somebody else's work. */
export function serviceSelector(service: unknown): Selector | undefined {
  const matchLabels = stringMapAt(service, 'spec', 'selector');
  if (Object.keys(matchLabels).length === 0) return undefined;
  return {
    owner: `Service ${stringAt(service, 'metadata', 'name') ?? 'without name'}`,
    matchLabels,
    matchExpressions: [],
  };
}

/** Whether pods with these labels are selected; an operator that this version does not know counts as a match. */
export function selects(selector: Selector, labels: Labels): boolean {
  const has = (key: string): boolean => Object.hasOwn(labels, key);
  return (
    Object.entries(selector.matchLabels).every(([key, value]) => has(key) && labels[key] === value) &&
    selector.matchExpressions.every(({ key, operator, values }) => {
      const isListed = has(key) && values.includes(labels[key] ?? '');
      if (operator === 'In') return isListed;
      if (operator === 'NotIn') return !isListed;
      if (operator === 'Exists') return has(key);
      return operator === 'DoesNotExist' ? !has(key) : true;
    })
  );
}

/**
 * Labels that none of the selectors selects, made from `labels` by giving the run's value to those that a selector asks
 * for, and by leaving out those that need only exist. `fixed` are always among them. `still` are the selectors for which
 * that was not enough.
 */
export function hideFrom(
  labels: Labels,
  selectors: readonly Selector[],
  value: string,
  fixed: Labels,
): { labels: Labels; still: readonly Selector[] } {
  const hidden = new Map(Object.entries({ ...labels, ...fixed }));
  for (const selector of selectors) {
    if (!selects(selector, Object.fromEntries(hidden))) continue;
    for (const key of Object.keys(selector.matchLabels)) hidden.set(key, value);
    for (const { key, operator } of selector.matchExpressions) {
      if (operator === 'In') hidden.set(key, value);
      if (operator === 'Exists') hidden.delete(key);
    }
  }
  const result = { ...Object.fromEntries(hidden), ...fixed };
  return { labels: result, still: selectors.filter((selector) => selects(selector, result)) };
}

/** The selector as the API takes it in a query. */
export function queryText(selector: Selector): string {
  const terms = selector.matchExpressions.map(({ key, operator, values }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...Object.entries(selector.matchLabels).map(([key, value]) => `${key}=${value}`), ...terms].join(',');
}

/** Labels of a pod template. */
export function templateLabels(workload: unknown): Labels {
  return stringMapAt(objectAt(workload, 'spec', 'template', 'metadata'), 'labels');
}
