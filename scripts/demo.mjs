// npm run demo: the gate's main job on a real cluster, from a fresh clone, with one command.
import { ensureDependencies, runMain, runToEnd, stopSignal, exitCodeOf, tool } from './setup.mjs';

await runMain(async () => {
  await ensureDependencies();
  const steps = [
    ['npm', ['run', '--silent', 'build']],
    ['npm', ['run', '--silent', 'cluster', '--', 'up', '--install']],
    [tool('tsx'), ['scripts/demo.ts']],
  ];
  for (const [command, args] of steps) {
    const { exitCode } = await runToEnd(command, args);
    const signal = stopSignal();
    if (signal !== undefined) return exitCodeOf(signal);
    if (exitCode !== 0) return exitCode;
  }
  return 0;
});
