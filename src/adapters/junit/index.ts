export { readJUnit, type JUnitRead } from './reader.ts';
export { writeJUnit } from './writer.ts';
