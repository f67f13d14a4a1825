export * from './late.ts';
export { aksReader } from '../adapters/azure/aks.ts';
export { makeAzureHost } from '../adapters/azure/host.ts';
export { axiosSend } from '../adapters/azure/http.ts';
