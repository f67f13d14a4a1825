import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/**
 * One short line a failed test: where only the end of a log is kept, it still says what broke.
 * Takes reports of vitest's `json` reporter.
 */
export function failedTests(reports, root) {
  return reports
    .flatMap(({ testResults }) => testResults)
    .flatMap(({ name, message, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === 'failed');
      // A file that cannot be loaded has no tests.
      if (failed.length === 0) return message ? [lineOf(relative(root, name), message)] : [];
      return failed.map(({ title, failureMessages: [first] }) => lineOf(title, first));
    });
}

function lineOf(what, message = '') {
  const [first = ''] = stripVTControlCharacters(message).split('\n');
  return `FAILED ${what.slice(0, 60)}: ${first.replace(/^AssertionError: /, '').slice(0, 240)}`;
}
