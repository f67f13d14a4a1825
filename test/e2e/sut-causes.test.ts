import { expect, expectOutcome, test } from './world.ts';

test('a SUT that crashes under test fails by its own evidence', async ({ world }) => {
  const run = await world.gate({
    ...(await world.sut({ env: { QUOTES_CRASH_ENDPOINT: 'true' } })),
    ...(await world.testcar({ fault: 'crash-sut' })),
  });

  await expectOutcome(run, { exitCode: 1, class: 'TEST_FAILED', cause: 'SutCrashedUnderTest' });
  expect(run.output, 'the log of the container before its restart is the evidence').toContain('asked to crash');
  await world.expectClean([]);
});
