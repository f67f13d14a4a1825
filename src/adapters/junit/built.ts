import library, { type Builder, type TestSuite } from 'junit-report-builder';

/** The types of the package describe a `default` within the module, which its CommonJS build does not have. */
export function newBuilder(): Builder {
  const found: unknown = library;
  return isBuilder(found) ? found.newBuilder() : library.default.newBuilder();
}

function isBuilder(value: unknown): value is Builder {
  return typeof value === 'object' && value !== null && 'newBuilder' in value;
}

/** One suite as the builder writes it, taken out of its document. Begins with a line feed. */
export function suiteText(name: string, fill: (suite: TestSuite) => void): string {
  const root = newBuilder();
  fill(root.testSuite().name(name));
  const text = root.build();
  return text.slice(text.indexOf('\n  <testsuite '), text.lastIndexOf('\n</testsuites>'));
}
