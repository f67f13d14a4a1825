import type { Cause } from '../../../src/core/causes/index.ts';
import { inContainer } from '../example-manifests.ts';
import { type Scenario, type Scenarios, testcarError } from '../scenario.ts';
import { exited } from '../truth.ts';

/** The kubelet makes $$ of $$$$; a signal to a shell that is process 1 would be ignored. */
const signalled = (signal: string): string => `sh -c 'kill -${signal} $$$$'; exit $?`;
const GREEN = '/usr/local/bin/quote-testcar && exit';

type Row = { exitCode: number; how: string; script: string; cause: Cause };

const ROWS: readonly Row[] = [
  { exitCode: 1, how: 'without results', script: 'exit 1', cause: 'TestcarExitWithoutResults' },
  { exitCode: 2, how: 'without results', script: 'exit 2', cause: 'TestcarExitWithoutResults' },
  { exitCode: 255, how: 'without results', script: 'exit 255', cause: 'TestcarExitWithoutResults' },
  { exitCode: 126, how: 'a program that may not be run', script: '/etc/passwd', cause: 'TestcarCommandNotFound' },
  { exitCode: 134, how: 'SIGABRT', script: signalled('ABRT'), cause: 'TestcarCrashed' },
  { exitCode: 139, how: 'SIGSEGV', script: signalled('SEGV'), cause: 'TestcarCrashed' },
  { exitCode: 143, how: 'SIGTERM', script: signalled('TERM'), cause: 'TestcarCrashed' },
  { exitCode: 1, how: 'green results', script: `${GREEN} 1`, cause: 'TestcarExitContradictsResults' },
  { exitCode: 137, how: 'green results', script: `${GREEN} 137`, cause: 'TestcarCrashed' },
];

const scenario = ({ exitCode, how, script, cause }: Row): Scenario => ({
  name: `with ${exitCode}, ${how}`,
  fault: `the test container ends with exit code ${exitCode}: ${how}`,
  testcar: () => ({ edits: [[inContainer('command'), ['sh', '-c', script]]] }),
  expected: testcarError(cause),
  observable: exited('testcar', 'testcar', exitCode),
  names: [`exit code ${exitCode}`],
});

/** What the exit code of the test container says. */
export const EXIT_CODES: Scenarios = { title: 'testcar exits', scenarios: ROWS.map(scenario) };
