// npm test: set-up, every check and every test, the real cluster included, from a fresh clone with one command.
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failedTests } from './failed-tests.mjs';
import { SetupError, ensureDependencies, exitCodeOf, root, runMain, runToEnd, stopSignal, tool } from './setup.mjs';

const reports = join(root, '.cache', 'test-reports');
const npm = (...args) => ['npm', ['run', '--silent', ...args]];
const vitest = (project) => [
  tool('vitest'),
  [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(reports, `${project}.json`)}`,
  ],
];

/** `needs`: stages without which this one can only fail; it is then reported as not run, which is a failure too. */
const STAGES = [
  { name: 'types', command: npm('check:types') },
  { name: 'lint', command: npm('check:lint') },
  { name: 'format', command: npm('check:format') },
  { name: 'generated files', command: npm('generate', '--', '--check') },
  { name: 'unit tests', command: vitest('unit'), report: 'unit.json' },
  { name: 'build', command: npm('build') },
  { name: 'bundle tests', command: vitest('bundle'), report: 'bundle.json' },
  { name: 'fuzz tests', command: vitest('fuzz'), report: 'fuzz.json' },
  { name: 'cluster up', command: npm('cluster', '--', 'up', '--install') },
  // After the cluster's packages: busybox is one of them.
  { name: 'shell tests', command: vitest('shell'), report: 'shell.json', needs: ['cluster up'] },
  { name: 'end-to-end tests', command: vitest('e2e'), report: 'e2e.json', needs: ['build', 'cluster up'] },
  // After them, alone: they stop the node under every pod.
  { name: 'whole-node tests', command: vitest('e2e-node'), report: 'e2e-node.json', needs: ['build', 'cluster up'] },
  // Last: it takes the cluster down and up again.
  { name: 'cluster tests', command: vitest('cluster'), report: 'cluster.json', needs: ['cluster up'] },
];

await runMain(async () => {
  await ensureDependencies();
  await rm(reports, { recursive: true, force: true });
  await mkdir(reports, { recursive: true });
  const wasUp = await isClusterUp();
  const results = [];
  for (const stage of STAGES) results.push(await runStage(stage, results));
  if (!wasUp) results.push(await runStage({ name: 'cluster down', command: npm('cluster', '--', 'down') }, results));

  const counts = await countTests();
  summarise(results);
  for (const line of failedTests(await readReports(), root)) console.log(line);
  const signal = stopSignal();
  // Nothing may stand below this line: it is what a machine reads.
  console.log(
    [
      `${counts.passed} passed`,
      `${counts.failed} failed`,
      ...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : []),
    ].join(', '),
  );
  if (signal !== undefined) return exitCodeOf(signal);
  const isGreen = results.every(({ outcome }) => outcome === 'ok') && counts.failed === 0 && counts.passed > 0;
  return isGreen ? 0 : 1;
});

async function runStage({ name, command: [program, args], needs = [], report }, before) {
  const missing = needs.filter((need) => before.some((done) => done.name === need && done.outcome !== 'ok'));
  console.log(`\n=== ${name} ${'='.repeat(Math.max(0, 90 - name.length))}`);
  if (missing.length > 0 || stopSignal() !== undefined) {
    const why = missing.length > 0 ? `needs: ${missing.join(', ')}` : 'stopped';
    console.log(`not run: ${why}`);
    return { name, outcome: 'not run', seconds: 0 };
  }
  const startedAt = performance.now();
  const { exitCode } = await runToEnd(program, args);
  const seconds = (performance.now() - startedAt) / 1000;
  // A runner that ends with 0 and leaves no report has run nothing.
  const isReported = report === undefined || (await readReport(report)) !== undefined;
  return { name, outcome: exitCode === 0 && isReported ? 'ok' : 'FAILED', seconds };
}

async function isClusterUp() {
  const { exitCode } = await runToEnd(...npm('cluster', '--', 'status'));
  return exitCode === 0;
}

async function countTests() {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const report of await readReports()) {
    total.passed += report.numPassedTests;
    // A file that cannot be loaded has no tests to count, and is a failure none the less.
    total.failed += Math.max(report.numFailedTests, report.success ? 0 : 1);
    total.skipped += report.numPendingTests + report.numTodoTests;
  }
  return total;
}

async function readReports() {
  const read = [];
  for (const file of await readdir(reports)) {
    const report = await readReport(file);
    if (report === undefined) throw new SetupError(`${file} is not a report of vitest`);
    read.push(report);
  }
  return read;
}

async function readReport(file) {
  try {
    return JSON.parse(await readFile(join(reports, file), 'utf8'));
  } catch {
    return undefined;
  }
}

function summarise(results) {
  console.log(`\n=== summary ${'='.repeat(83)}`);
  for (const { name, outcome, seconds } of results) {
    console.log(`${outcome.padEnd(8)} ${name.padEnd(20)} ${seconds.toFixed(1).padStart(7)} s`);
  }
}
