export * from './late.ts';
export { makeGitHubHost } from '../adapters/github/host.ts';
