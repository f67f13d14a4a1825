import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { repository } from '../e2e/front-ends.ts';

async function go(module: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)('go', args, { cwd: join(repository, 'examples', module) })).stdout;
}

test.each(['sut', 'testcar'])('examples/%s is clean Go', async (module) => {
  await go(module, 'vet', './...');
});

test('examples/sut passes its own tests', async () => {
  expect(await go('sut', 'test', '-v', './...')).toContain('--- PASS');
});
