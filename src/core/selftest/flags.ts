import type { OptionName } from '../options/option-spec.ts';

/** Flags of the selftest by the option that each sets. All other options are what the selftest itself decides. */
export const SELFTEST_FLAGS: ReadonlyMap<string, OptionName> = new Map([
  ['kubeconfig', 'kubeconfig'],
  ['context', 'context'],
  ['namespace', 'namespace'],
  ['image', 'testcarImage'],
  ['ready-timeout', 'readyTimeout'],
  ['test-timeout', 'testTimeout'],
  ['report-dir', 'reportDir'],
]);
