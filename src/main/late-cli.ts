export * from './late.ts';
export { atTheirPlaces, mergeRaw, readConfigFile } from '../adapters/cli/config-file.ts';
export { helpFor } from '../adapters/cli/help.ts';
export { makeTerminalHost } from '../adapters/terminal/host.ts';
export { neutraliseForTerminal } from '../core/report/neutralise.ts';
export { onlyWarnings, runSelftest } from './selftest.ts';
