export * from './late.ts';
export { atTheirPlaces, mergeRaw, readConfigFile } from '../adapters/cli/config-file.ts';
export { helpText, runHelpText } from '../adapters/cli/help.ts';
export { makeTerminalHost } from '../adapters/terminal/host.ts';
export { neutraliseForTerminal } from '../core/report/neutralise.ts';
