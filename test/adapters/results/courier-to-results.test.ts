import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { JUnitFile } from '../../../src/adapters/junit/reader.ts';
import { type OpenResultsFile, resultsReader } from '../../../src/adapters/results/index.ts';
import { deliver, RUN } from '../../core/courier/deliver.ts';
import { forget, shells, temporaryFolder } from '../../core/courier/shells.ts';
import { readLog } from './read-log.ts';

afterAll(forget);

/** The real script with the tar, gzip and base64 of each system, read by the real reader. */
const open: OpenResultsFile = (file, each) => new JUnitFile(file, each);

describe.each(shells())('delivered by $name', (shell) => {
  test('20,000 cases in files with spaces and with names that need more than one header', async () => {
    const dir = temporaryFolder();
    const deep = `${'a folder/'.repeat(20)}TEST results.xml`;
    mkdirSync(join(dir, deep, '..'), { recursive: true });
    const lines = Array.from({ length: 19_999 }, (_, i) => `<testcase classname="c" name="case ${i}" time="0.5"/>`);
    writeFileSync(join(dir, 'junit.xml'), `<testsuite name="big">${lines.join('\n')}</testsuite>`);
    writeFileSync(
      join(dir, deep),
      '<testsuite name="small"><testcase name="x"><failure message="no"/></testcase></testsuite>',
    );
    const { stdout } = await deliver(shell, dir);
    const read = await readLog(resultsReader(open), stdout, RUN);
    if (!read.ok) throw new Error(JSON.stringify(read.problem));
    expect(read.results.counts).toEqual({ tests: 20_000, passed: 19_999, failed: 1, errors: 0, skipped: 0 });
    expect(read.results.files.map(({ path }) => path).sort()).toEqual([deep, 'junit.xml']);
  });

  test('a file that the runner did not finish is not proof', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'done.xml'), '<testsuite><testcase name="x"/></testsuite>');
    writeFileSync(join(dir, 'half.xml'), '<testsuite><testcase name="x"/>');
    const { stdout } = await deliver(shell, dir);
    expect(await readLog(resultsReader(open), stdout, RUN)).toEqual({
      ok: false,
      problem: { kind: 'invalid', file: 'half.xml', detail: '1:31: unclosed tag: testsuite' },
    });
  });
});
