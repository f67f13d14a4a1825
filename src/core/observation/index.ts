export { parseDeployment } from './deployment.ts';
export { parseEvent } from './event.ts';
export { parseJob } from './job.ts';
export { parsePod } from './pod.ts';
export { parseReplicaSet } from './replica-set.ts';
