/** The last line of a process that has done its work, and lives on to be measured. */
export const DONE = 'all of it is done';

/**
 * Head of a bare Node script: `unpack()` puts what is in the courier's log (first argument) into a file (second). Knows
 * the frames and nothing of archives, XML or secrets.
 */
export const BARE_UNPACK = `import { createReadStream, createWriteStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
const [, , log, out] = process.argv;
async function* parts() {
  for await (const line of createInterface({ input: createReadStream(log) })) {
    const [, , number, base64] = line.split(' ');
    if (Number(number) > 0) yield Buffer.from(base64, 'base64');
  }
}
const unpack = () => pipeline(Readable.from(parts()), createGunzip(), createWriteStream(out));
`;

export const BARE_END = `process.stdout.write('${DONE}\\n');
setInterval(() => undefined, 2 ** 30);
`;
