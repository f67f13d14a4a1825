import process from 'node:process';
import { parseArgs } from 'node:util';
import { lastRows } from '../test/e2e/matrix-rows.ts';
import { matrixTable } from './matrix-table.ts';

const { values } = parseArgs({ options: { since: { type: 'string', default: '0' } } });
const rows = await lastRows(Number(values.since));
if (rows.length === 0) console.log('There are no rows of a fault matrix: npm run matrix makes them.');
const { text, isGreen } = matrixTable(rows);
process.stdout.write(text);
process.exitCode = isGreen ? 0 : 1;
