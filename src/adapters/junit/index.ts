export { JUnitFile } from './reader.ts';
export { writeJUnit } from './writer.ts';
