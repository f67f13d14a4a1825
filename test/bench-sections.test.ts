import { mkdtemp, readFile, rm, watch, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runApart } from './bench/apart.ts';
import { SECTIONS, chosenSections } from './bench/sections.ts';

async function inScript(code: string, work: (script: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'testcar-gate-apart-'));
  const script = join(folder, 'section.mjs');
  try {
    await writeFile(script, code);
    await work(script, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Watches from the moment of the call. */
async function untilThere(folder: string, name: string): Promise<void> {
  for await (const { filename } of watch(folder)) if (filename === name) return;
}

test('a section that ends well, and one that fails', async () => {
  await inScript(`if (process.argv[2] === 'fail') throw new Error('no server');`, async (script) => {
    const never = new AbortController().signal;
    expect(await runApart([script], never)).toBeUndefined();
    expect(await runApart([script, 'fail'], never)).toBe('it ended with 1: Error: no server');
  });
});

test('a section that hangs is ended with all that it has started, and says so', async () => {
  const code = `import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
writeFileSync(new URL('pid.part', import.meta.url), String(child.pid));
renameSync(new URL('pid.part', import.meta.url), new URL('pid', import.meta.url));
setInterval(() => {}, 1000);`;
  await inScript(code, async (script, folder) => {
    const limit = new AbortController();
    const hangs = untilThere(folder, 'pid');
    const problem = runApart([script], limit.signal);
    await hangs;
    limit.abort();
    expect(await problem).toBe('it did not end in time');
    expect(await runApart([script], limit.signal)).toBe('it did not end in time');
    const pid = await readFile(join(folder, 'pid'), 'utf8');
    // It holds a pipe of the call above, which would not have come back while it lives.
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone');
    expect(state).toMatch(/^gone$|\) [ZX] /);
  });
});

test('sections by name', () => {
  expect(chosenSections(undefined)).toEqual({ ok: true, names: Object.keys(SECTIONS) });
  expect(chosenSections('logs, results')).toEqual({ ok: true, names: ['results', 'logs'] });
  expect(chosenSections('log')).toEqual({
    ok: false,
    message: `there is no section "log"; there are ${Object.keys(SECTIONS).join(', ')}`,
  });
});
