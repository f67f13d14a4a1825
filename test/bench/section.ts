import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { SECTIONS } from './sections.ts';

/** Run as a process of its own by bench.ts: SECTION RELEASED FILE. Writes its figures into the file. */
const [, , name = '', released = '', file = ''] = process.argv;
const section = SECTIONS[name];
if (section === undefined) throw new Error(`there is no section "${name}"`);
await writeFile(file, JSON.stringify(await section.measure(released)));
// Connections that are kept alive would keep the process, too.
process.exit(0);
