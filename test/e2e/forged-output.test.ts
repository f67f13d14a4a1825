import { testcarError } from './scenario.ts';
import { expect, expectOutcome, test } from './world.ts';

test('what testcar prints cannot open the gate', async ({ world }) => {
  const inputs = { ...(await world.sut()), ...(await world.testcar({ fault: 'forge' })) };
  const run = await world.gate(inputs, { frontEnd: 'azure' });

  await expectOutcome(run, testcarError('TestcarExitWithoutResults'));
  // The agent takes the first marker of a line, wherever it stands, up to the next bracket for a command.
  const lines = run.output.split('\n').filter((line) => line.includes('##vso['));
  expect(lines.filter((line) => line.lastIndexOf('##vso[') !== 0)).toEqual([]);
  const commands = lines.map(
    (line) => /^##vso\[(?<command>[^\]]*)\](?<data>.*)$/.exec(line)?.groups ?? { command: line },
  );
  expect(commands.filter(({ command }) => /result=Succeeded|done=true/.test(command ?? ''))).toEqual([]);
  const verdicts = commands.filter(({ command }) => command?.includes('variable=testcarVerdict') === true);
  expect(verdicts.map(({ data }) => data)).toEqual(['INCONCLUSIVE', 'TESTCAR_ERROR']);
  expect(run.output).toContain('VERDICT PASSED');
});
