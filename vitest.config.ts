import { defineConfig } from 'vitest/config';

/** `unit` is the fast inner loop; `cluster` and `e2e` need the real Kubernetes of test/cluster. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/cluster/**', 'test/e2e/**', 'test/bench/**'],
          testTimeout: 10_000,
        },
      },
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
          globalSetup: ['test/e2e/global-setup.ts'],
          // They wait for the cluster most of the time.
          maxWorkers: 5,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
