import { expect, test } from './world.ts';

test('a gate that is cancelled at once has deployed nothing', async ({ world }) => {
  const gate = await world.start({ ...(await world.sut()), ...(await world.testcar()) });
  await gate.said(/\S/);
  gate.kill('SIGINT');
  expect((await gate.ended).exitCode).toBe(130);
  await world.expectClean([]);
});
