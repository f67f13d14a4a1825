import type { Cause } from '../causes/index.ts';
import { DEFAULT_GRACES_MS } from './default-graces.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { nearest } from './nearest.ts';

/** A finding of the cause decides when it has held for this long. */
export type Graces = Readonly<Partial<Record<Cause, number>>>;

/** Causes that wait before they decide. All others decide at first sight or at a deadline, and have no grace to change. */
export const GRACE_CAUSES: readonly Cause[] = Object.keys(DEFAULT_GRACES_MS)
  .filter(isCause)
  .filter((cause) => DEFAULT_GRACES_MS[cause] > 0);

/** A grace that outlives every run would only hide a mistake in the unit. */
const MAX_MS = 24 * 60 * 60 * 1000;

/** Items such as `SutImageNotFound=2m`. Every item that cannot be read is told, with what was probably meant. */
export function parseGraces(items: readonly string[], problem: (found: string, expected: string) => void): Graces {
  const graces: Partial<Record<Cause, number>> = {};
  for (const item of items) {
    const [name = '', text, ...more] = item.split('=').map((part) => part.trim());
    const ms = text === undefined || more.length > 0 ? undefined : parseDuration(text);
    const cause = isCause(name) && GRACE_CAUSES.includes(name) ? name : undefined;
    if (cause === undefined) problem(item, expectedName(name));
    else if (Object.hasOwn(graces, cause)) problem(item, `${cause} once`);
    if (ms === undefined || ms > MAX_MS) {
      problem(item, `CAUSE=DURATION with a duration such as 0s, 90s or 5m, up to ${formatDuration(MAX_MS)}`);
    }
    if (cause !== undefined && ms !== undefined) graces[cause] = ms;
  }
  return graces;
}

function expectedName(name: string): string {
  if (isCause(name)) return `a cause that waits before it decides; ${name} has no grace`;
  const meant = nearest(name, GRACE_CAUSES);
  return meant === undefined ? `the name of a cause: one of ${GRACE_CAUSES.join(', ')}` : `did you mean ${meant}?`;
}

function isCause(name: string): name is Cause {
  return Object.hasOwn(DEFAULT_GRACES_MS, name);
}
