/** Root elements of reports that runners write beside JUnit XML, or unless they are told. */
const FORMATS: ReadonlyMap<string, string> = new Map([
  ['test-run', 'NUnit 3'],
  ['test-results', 'NUnit 2'],
  ['assemblies', 'xUnit.net'],
  ['TestRun', 'TRX, of Visual Studio'],
  ['testng-results', 'TestNG'],
  ['robot', "Robot Framework's own; --xunit writes JUnit"],
  ['testExecutions', 'SonarQube'],
  ['Site', "CTest's own; --output-junit writes JUnit"],
  ['Catch', "Catch2's own; -r junit writes JUnit"],
  ['Catch2TestRun', "Catch2's own; -r junit writes JUnit"],
  ['doctest', "doctest's own; -r=junit writes JUnit"],
  ['coverage', 'a coverage report'],
  ['html', 'a web page'],
]);

/** The name of a root element, with the format that begins so where it is known. */
export function formatOf(root: string): string {
  const format = FORMATS.get(root);
  return format === undefined ? root : `${root} (${format})`;
}
