/** What is read of a report of vitest's `json` reporter. */
export type TestReport = {
  testResults: readonly {
    name: string;
    message: string;
    assertionResults: readonly { title: string; status: string; failureMessages: readonly string[] }[];
  }[];
};

/** One short line a failed test; paths are given from `root`. */
export function failedTests(reports: readonly TestReport[], root: string): string[];
