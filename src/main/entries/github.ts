import { runGitHub } from '../github.ts';

await runGitHub();
