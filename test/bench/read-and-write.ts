import { createReadStream } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { JUnitFile, writeJUnit } from '../../src/adapters/junit/index.ts';
import { resultsReader } from '../../src/adapters/results/index.ts';
import { makeRedactor } from '../../src/core/report/redact.ts';
import { passedReport } from '../core/report/fixtures/reports.ts';

/** Run as a process of its own: LOG JUNIT. Prints the peak of its memory in MiB and the time of its CPU in ms. */
const [, , log = '', junit = ''] = process.argv;
const reader = resultsReader((name, each) => new JUnitFile(name, each));
const reading = reader.courier('bench');
for await (const line of createInterface({ input: createReadStream(log) })) await reading.take([line]);
const read = await reading.end();
if (!read.ok) throw new Error(JSON.stringify(read.problem));
await writeFile(junit, writeJUnit(makeRedactor([]).data({ ...passedReport(), results: read.results })));
await rm(junit);
// Not `maxRSS`: that one keeps the peak of the process that was forked.
const [, peakKiB = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile('/proc/self/status', 'utf8')) ?? [];
const { user, system } = process.cpuUsage();
process.stdout.write(`${Number.parseInt(peakKiB, 10) / 1024} ${(user + system) / 1000}\n`);
