import { expect, it } from 'vitest';
import { CAUSES } from '../../../src/core/causes/index.ts';
import { inItsNamespace } from '../../../src/core/causes/wording.ts';

it('every command about an object of the run names its namespace', () => {
  const evidence = { object: 'pod/web-1', container: 'web', namespace: 'shop' };
  const steps = (['SutCrashLooping', 'TestcarStartError', 'SutQuotaExceeded', 'RevisionChanged'] as const).flatMap(
    (cause) => CAUSES[cause].entry.remediation(evidence),
  );
  const commands = steps.flatMap((step) => step.match(/kubectl (?:describe|logs|get pvc)[^,;.)]*/g) ?? []);
  expect(commands).toContain('kubectl logs pod/web-1 -n shop -c web --previous');
  expect(commands).toContain('kubectl describe quota -n shop');
  expect(commands.filter((command) => !command.includes(' -n shop'))).toEqual([]);
});

it.each([
  ['shop', ' -n shop'],
  ['<namespace>', ' -n <namespace>'],
  ['', ''],
  [undefined, ''],
  ['--all', ''],
  ['shop; reboot', ''],
  ['Shop', ''],
])('namespace %j is %j in a command', (namespace, expected) => {
  expect(inItsNamespace({ object: 'pod/web-1', ...(namespace === undefined ? {} : { namespace }) })).toBe(expected);
});
