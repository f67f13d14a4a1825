import type { Evidence } from '../model/evidence.ts';
import type { Cause } from './index.ts';

/** What a rule concluded from an observation. */
export type Finding = { cause: Cause; evidence: Evidence };
