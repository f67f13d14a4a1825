export { attachmentStore } from '../adapters/files/attachment-store.ts';
/** What is loaded when the tests are over: reading results, writing JUnit. */
export { JUnitFile, writeJUnit } from '../adapters/junit/index.ts';
export { resultsReader } from '../adapters/results/index.ts';
