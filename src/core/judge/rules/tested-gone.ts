import { groundFinding } from '../blame.ts';
import { groundOf } from '../ground.ts';
import type { Rule } from './rule.ts';

/** Tests that lose their counterpart mostly fail within the time limits of their own calls, and then say more than we can. */
const TESTS_NOTICE_MS = 60_000;

/**
 * Every pod that was tested is gone. Whatever comes of these tests can be no pass, and what they wait for may never
 * answer, so the end of their time is not waited for.
 */
export function testedGoneRule(jobUid: string): Rule {
  return {
    name: 'tested-gone',
    check: (ctx) => {
      const { revision, memory } = ctx;
      if (revision === undefined || revision.podUids.length === 0) return [];
      const goneSinceMs = revision.podUids.map((uid) => memory.pods.get(uid)?.goneSinceMs);
      const known = goneSinceMs.filter((ms) => ms !== undefined);
      if (known.length < goneSinceMs.length) return [];
      const ground = groundOf({ ...ctx, revision, jobUid });
      const finding = ground && groundFinding(ground, 'failed');
      return finding === undefined ? [] : [{ finding, sinceMs: Math.max(...known), graceMs: TESTS_NOTICE_MS }];
    },
  };
}
