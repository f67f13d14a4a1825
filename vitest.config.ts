import { defineConfig } from 'vitest/config';

/** They build and start what is shipped, under each Node version. */
const BUNDLE = [
  'test/bundle.test.ts',
  'test/exit-paths.test.ts',
  'test/hostile-bundle.test.ts',
  'test/manifests.test.ts',
];
/** What runs in pods: scripts in every shell that a pod may have (busybox has to be installed), and programs in Go. */
const SHELL = [
  'test/core/courier/{reach,courier}-script.test.ts',
  'test/adapters/results/courier-to-results.test.ts',
  'test/examples/go-programs.test.ts',
];

/** `unit` is the fast inner loop; `cluster` and `e2e` need the real Kubernetes of test/cluster. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/cluster/**', 'test/e2e/**', 'test/bench/**', ...BUNDLE, ...SHELL],
          // Property tests take a second or two; a machine that is busy with other things takes its time.
          testTimeout: 60_000,
          // Nothing mocks modules, so files may share a process: half the time.
          isolate: false,
        },
      },
      {
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          // 6 million cases, ten minutes of work for one core; each of them is the same in every run.
          env: { FUZZ_SCALE: '320' },
          // Not less on a machine with two cores, which is the default.
          maxWorkers: 2,
          testTimeout: 3_600_000,
        },
      },
      { test: { name: 'bundle', include: BUNDLE, maxWorkers: 2, testTimeout: 60_000, hookTimeout: 60_000 } },
      // Go compiles its standard library first on a new machine.
      { test: { name: 'shell', include: SHELL, testTimeout: 300_000 } },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 1_800_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/node/**'],
          globalSetup: ['test/e2e/global-setup.ts'],
          // They wait for the cluster most of the time.
          maxWorkers: 5,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          // Faults of a whole node: nothing else may run on the cluster meanwhile.
          name: 'e2e-node',
          include: ['test/e2e/node/**/*.test.ts'],
          globalSetup: ['test/e2e/global-setup.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
