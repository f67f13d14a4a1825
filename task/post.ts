import { runAzurePost } from '../src/main/azure-post.ts';

await runAzurePost();
