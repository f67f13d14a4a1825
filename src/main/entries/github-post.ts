import { runGitHubPost } from '../github-post.ts';

await runGitHubPost();
