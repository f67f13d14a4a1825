import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/core/report/report.ts';
import { failedReport, results } from '../core/report/fixtures/reports.ts';
import { type AzureEffect, azureEffects } from '../judges/azure-agent-parser.ts';
import { attachmentsIn } from '../judges/azure-publisher.ts';
import { type GitHubEffect, endsStopped, githubEffects, githubFileValues } from '../judges/github-runner-parser.ts';
import { INJECTIONS } from '../judges/injections.ts';
import { aLedger } from '../fakes/ledgers.ts';
import { GITHUB_OUTPUT, GITHUB_SUMMARY, STAGES, type Stage, azureStage, githubStage, terminalStage } from './hosts.ts';

/** A report in which every foreign string is `text`. */
function reportFullOf(text: string): Report {
  const base = failedReport('TestsFailed');
  const evidence = {
    object: text,
    container: text,
    image: text,
    node: text,
    exitCode: 1,
    reason: text,
    message: text,
    sinceMs: base.startedAtMs,
    details: [
      { label: text, value: text },
      { label: 'first failures', value: text },
    ],
  };
  const cases = [...results(3, 4).cases].map((one) => ({
    ...one,
    suite: text,
    classname: text,
    name: text,
    message: text,
    details: text,
  }));
  return {
    ...base,
    namespace: text,
    sut: text,
    runId: text,
    verdict: {
      kind: 'failed',
      class: 'TEST_FAILED',
      finding: { cause: 'TestsFailed', evidence },
      others: [{ cause: 'SutUnreachable', evidence }],
    },
    results: { ...results(3, 4), cases, failed: cases.slice(0, 3), contradictions: [text] },
    settlement: [text, text],
    notes: [{ atMs: base.startedAtMs, phase: 'test', text }],
    ledgers: [
      aLedger({
        pod: text,
        container: text,
        undated: { count: 1, first: text },
        end: { kind: 'refused', detail: text },
      }),
    ],
    logTails: [{ title: text, lines: [text, `harmless ${text}`], complete: text }],
  };
}

function nameOf(effect: unknown): unknown {
  return typeof effect === 'object' && effect !== null && 'name' in effect ? effect.name : effect;
}

async function perform({ host }: Stage, text: string): Promise<void> {
  host.mask('a secret value');
  host.say(text);
  void host.relay('testcar', [text]);
  void host.relay(text, ['harmless']);
  host.say(`waiting for ${text}`);
  void host.relay('testcar', [`harmless ${text}`]);
  host.mask('another secret value');
  await host.report(reportFullOf(text));
}

async function staged(make: () => Stage, text: string): Promise<Stage> {
  const stage = make();
  await perform(stage, text);
  return stage;
}

/** What a command does, without the texts that it may carry. */
function azureShape(effect: AzureEffect): unknown {
  if (effect.kind !== 'command') return effect;
  return {
    ...effect,
    properties: { ...effect.properties, runtitle: undefined },
    data: effect.name === 'task.logissue' ? '' : effect.data.slice(0, 24),
  };
}

function githubShape({ name, properties, data }: GitHubEffect): unknown {
  return { name, properties: Object.keys(properties), data: ['error', 'warning', 'group'].includes(name) ? '' : data };
}

describe('the judges see exactly our own commands, whatever the texts say', async () => {
  const benign = 'benign';
  const azure = azureEffects((await staged(azureStage, benign)).output.text).map(azureShape);
  const github = githubEffects((await staged(githubStage, benign)).output.text).map(githubShape);

  test('benign runs do have commands to compare with', () => {
    expect(azure.map((effect) => nameOf(effect))).toEqual([
      ...['task.setsecret', 'task.setsecret'],
      ...['group', 'endgroup', 'group', 'endgroup'],
      ...['task.setvariable', 'task.setvariable', 'task.setvariable', 'results.publish', 'task.uploadsummary'],
      ...['task.logissue', 'task.logissue', 'task.logissue', 'task.logissue', 'task.complete'],
    ]);
    expect(github.map((effect) => nameOf(effect))).toEqual([
      ...['add-mask', 'stop-commands', 'stop-commands', 'add-mask'],
      ...['group', 'endgroup', 'group', 'endgroup'],
      ...['error', 'error', 'error', 'error'],
    ]);
  });

  test.each(INJECTIONS.map((text) => [text]))('%j', async (text) => {
    const onAzure = await staged(azureStage, text);
    expect(azureEffects(onAzure.output.text).map(azureShape)).toEqual(azure);

    const onGitHub = await staged(githubStage, text);
    expect(githubEffects(onGitHub.output.text).map(githubShape)).toEqual(github);
    expect(endsStopped(onGitHub.output.text)).toBe(false);
    expect(githubFileValues(onGitHub.store.appended.get(GITHUB_OUTPUT) ?? '')).toEqual({
      verdict: 'TEST_FAILED',
      cause: 'TestsFailed',
      'report-dir': '/agent/work/testcar-gate-report',
    });

    const onTerminal = await staged(terminalStage, text);
    expect(azureEffects(onTerminal.output.text)).toEqual([]);
    expect(githubEffects(onTerminal.output.text)).toEqual([]);
    // eslint-disable-next-line no-control-regex -- escapes are what must not be there
    expect(onTerminal.output.text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    for (const stage of [onAzure, onGitHub, onTerminal]) expectHarmlessFiles(stage);
  });
});

/** A later step may show any file of the report: `cat` must be as harmless as the log itself. */
function expectHarmlessFiles({ store }: Stage): void {
  expect([...store.files.keys()].sort()).toEqual(['junit.xml', 'summary.md', 'verdict.json']);
  for (const [name, content] of [...store.files, ...store.appended]) {
    expect(azureEffects(content), name).toEqual([]);
    expect(githubEffects(content), name).toEqual([]);
    // eslint-disable-next-line no-control-regex -- escapes are what must not be there
    expect(content, name).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  }
  expect(attachmentsIn(store.files.get('junit.xml') ?? '')).toEqual([]);
}

/** Put together here, so that scanners do not take this file for a leak. */
const SECRETS: Readonly<Record<string, string>> = {
  'a service account token': ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJ0ZXN0In0', 'c2lnbmF0dXJl'].join('.'),
  'a GitHub token': ['ghp_', 'a1'.repeat(18)].join(''),
  'a line of a private key': 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj',
  'an access key': ['AKIA', 'IOSFODNN7EXAMPLE'].join(''),
  'a value that the gate knows': 'a secret value',
};

describe.each(Object.entries(SECRETS))('%s', (_, secret) => {
  test.each(Object.entries(STAGES))('is in no line and no file of %s, and is counted', async (place, make) => {
    const { output, store } = await staged(make, secret);
    const told = place === 'azure' ? '##vso[task.setsecret]' : '::add-mask::';
    expect(output.text.replaceAll(`${told}a secret value\n`, '')).not.toContain(secret);
    for (const [name, content] of [...store.files, ...store.appended]) expect(content, name).not.toContain(secret);
    expect(output.text).toMatch(/Redacted: +1 \S/);
  });
});

const MARKUP = [
  '<script>alert(1)</script>',
  '<img src=https://evil.example/x.png>',
  '</details></table><h1>PASSED</h1>',
  '<!-- comment',
  '![x](https://evil.example/x.png)',
  '[PASSED](https://evil.example)',
  '[x]: https://evil.example',
  'https://evil.example',
  'www.evil.example',
  '@octocat',
  '# PASSED',
  '```\n# PASSED\n```',
  '~~~\n# PASSED\n~~~',
  '`````',
  '| a | b |\n|---|---|\n| PASSED | |',
  'a|b|c|d',
  'a\\|b',
  '\n\n---\n\nPASSED',
  'PASSED\n===',
  '- item\n  - nested',
  '1) item',
  '\\`code\\`',
  '`a` | `b`',
  '&lt;b&gt;',
  '$\\href{https://evil.example}{PASSED}$',
  'a\u2028# PASSED',
  ...INJECTIONS.slice(0, 60),
];

describe('the summary keeps its structure, whatever the texts say', async () => {
  const benign = structure(await summaryOf('benign'));

  test.each(MARKUP.map((text) => [text]))('%j', async (text) => {
    const summary = await summaryOf(text);
    expect(structure(summary)).toEqual(benign);
    const flow = withoutCode(summary).replace(/\\./g, '');
    expect(flow.replace(/<\/?(?:details|summary|span)>/g, '')).not.toMatch(/[<>`[\]]/);
    expect(flow).not.toMatch(/(?<!<span>)[@$]|https?:|www\./);
  });

  async function summaryOf(text: string): Promise<string> {
    const { store } = await staged(STAGES.github, text);
    expect(store.appended.get(GITHUB_SUMMARY)).toBe(store.files.get('summary.md'));
    return store.files.get('summary.md') ?? '';
  }

  /** Fenced blocks, then code spans, as GitHub-flavoured Markdown reads them. */
  function withoutCode(markdown: string): string {
    return markdown.replace(/^(`{3,})text\n[^]*?\n\1$/gm, 'FENCE').replace(/(?<![\\`])`[^`|\n]+`(?!`)/g, 'CODE');
  }

  /** Kind of each line of the flow: heading, table row with its number of cells, list item, tag, fence. */
  function structure(markdown: string): readonly string[] {
    return withoutCode(markdown)
      .split('\n')
      .map((line) => {
        if (/^#{1,6} /.test(line)) return /^#+/.exec(line)?.[0] ?? '';
        if (line.startsWith('|')) return `row of ${line.replace(/\\./g, '').split('|').length}`;
        if (/^(?:-|\d+\.) /.test(line)) return 'item';
        if (line.startsWith('<details>')) return 'details';
        return line === '' || line === 'FENCE' || line === '---' || line.startsWith('</') ? line : 'text';
      });
  }
});
