import { ClusterError } from './errors.ts';
import { runVerb } from './verbs.ts';

try {
  process.exitCode = await runVerb(process.argv.slice(2));
} catch (error) {
  // A ClusterError is written for the reader; of anything else, a bug, the stack is the message.
  console.error(error instanceof ClusterError ? `error: ${error.message}` : error);
  process.exitCode = 1;
}
