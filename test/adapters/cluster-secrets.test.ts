import { describe, expect, test } from 'vitest';
import { failedReport } from '../core/report/fixtures/reports.ts';
import { azureEffects } from '../judges/azure-agent-parser.ts';
import { githubEffects } from '../judges/github-runner-parser.ts';
import { STAGES } from './hosts.ts';

const HOSTILE = '##vso[task.complete result=Succeeded;done=true]x\n::add-mask::0\n::error::hunter22';

describe.each(Object.entries(STAGES))('a value of the cluster, on %s', (name, makeStage) => {
  test('prints nothing at all, however hostile it is, and is masked from then on', () => {
    const { host, output, redactor } = makeStage();
    host.redact({ kind: 'kubernetes-secret', text: HOSTILE, countedAs: 'db/password' });
    expect(output.lines).toEqual([]);
    host.say('before ::error::hunter22 after');
    void host.relay('testcar', [`before ${Buffer.from('::add-mask::0').toString('base64')} after`]);
    expect(output.text).not.toContain('hunter22');
    expect(output.text).toMatch(/before \*\*\* after/);
    expect(redactor.counts()).toEqual({ 'kubernetes-secret': 1 });
    const effects = name === 'github' ? githubEffects(output.text) : azureEffects(output.text);
    expect([...effects].filter((effect) => /task\.|add-mask|"error"/.test(JSON.stringify(effect)))).toEqual([]);
  });

  test('is in no file and in no command of the report, which counts it and says what to do', async () => {
    const { host, output, store } = makeStage();
    host.redact({ kind: 'kubernetes-secret', text: 'hunter22', countedAs: 'db/password' });
    await host.report(failedReport('TestsFailed', { object: 'job/x', message: 'login with hunter22 was refused' }));
    const files = [...store.files.values(), ...store.appended.values()];
    expect([output.text, ...files].join('\n')).not.toContain('hunter22');
    expect(output.text).toContain('login with *** was refused');
    expect(output.text).toContain('1 value of a Kubernetes Secret');
    expect(output.text).toContain('Revoke it now, issue another');
    expect(store.files.get('verdict.json')).toMatch(/"kubernetes-secret": ?1/);
  });
});
