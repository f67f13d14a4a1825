/**
 * What is loaded while the first request is under way: everything of a run but inputs and connection. One module, because
 * each file that a bundle has to load costs about a millisecond.
 */
export { findingFromApiError } from '../core/judge/api-finding.ts';
export { fail } from '../core/judge/prove.ts';
export { inputFinding } from '../gate/preflight.ts';
export { runGate } from '../gate/run.ts';
export { readManifests } from './read-manifests.ts';
export { hostParts } from './host-parts.ts';
