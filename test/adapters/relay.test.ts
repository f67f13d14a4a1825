import { expect, test } from 'vitest';
import { STAGES } from './hosts.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test.each(Object.entries(STAGES))('%s: a relay waits for the console, and only the relay', async (_name, stage) => {
  const { host, output } = stage();
  let takes = (): void => undefined;
  output.hasRoom = new Promise((resolve) => (takes = resolve));
  let relayed = false;
  const relay = host.relay('testcar', ['one', 'two']).then(() => (relayed = true));
  host.say('meanwhile');
  await turn();
  expect(relayed).toBe(false);
  const shown = output.lines.filter((line) => !line.startsWith('::'));
  expect(shown).toEqual(['testcar | one', 'testcar | two', 'meanwhile']);
  takes();
  await relay;
});

test.each(Object.entries(STAGES))('%s: nothing to relay shows nothing', async (_name, stage) => {
  const { host, output } = stage();
  await host.relay('testcar', []);
  expect(output.lines).toEqual([]);
});
