// npm run matrix: every fault scenario on the real cluster, and the table of what the gate made of them.
// npm run matrix -- --last: the table of the last test run that had scenarios, without running any.
import { ensureDependencies, exitCodeOf, runMain, runToEnd, stopSignal, tool } from './setup.mjs';

const SHOW_LAST = [tool('tsx'), ['scripts/matrix-last.ts']];

await runMain(async () => {
  await ensureDependencies();
  if (process.argv.includes('--last')) return (await runToEnd(...SHOW_LAST)).exitCode;
  const up = await runToEnd('npm', ['run', '--silent', 'cluster', '--', 'up', '--install']);
  if (up.exitCode !== 0) return up.exitCode;
  const startedAtMs = Date.now();
  const tests = await runToEnd(tool('vitest'), ['run', '--project', 'e2e', 'test/e2e/matrix/']);
  const signal = stopSignal();
  if (signal !== undefined) return exitCodeOf(signal);
  // A table of an earlier run would be a lie about this one.
  const shown = await runToEnd(SHOW_LAST[0], [...SHOW_LAST[1], `--since=${startedAtMs}`]);
  return tests.exitCode === 0 ? shown.exitCode : tests.exitCode;
});
