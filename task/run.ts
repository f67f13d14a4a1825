import { runAzure } from '../src/main/azure.ts';

await runAzure();
