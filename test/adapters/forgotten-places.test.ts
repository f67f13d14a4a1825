import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/core/report/report.ts';
import { REVISION, failedReport, passedReport, results } from '../core/report/fixtures/reports.ts';
import { azureEffects } from '../judges/azure-agent-parser.ts';
import { attachmentsIn } from '../judges/azure-publisher.ts';
import { endsStopped, githubEffects, githubFileValues } from '../judges/github-runner-parser.ts';
import { GITHUB_OUTPUT, STAGES } from './hosts.ts';

/** Files that the agent is to take are told by the names that they have on its disk. */
const PATHS = /^##vso\[(?:results\.publish|task\.uploadsummary)[ \]].*$/gm;
// eslint-disable-next-line no-control-regex -- escapes are what must not be there
const DRAWS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Bidi_Control}/u;
const START = failedReport('TestsFailed').startedAtMs;

/** One place each, so that a payload is not hidden by what the other places do. */
const PLACES: Readonly<Record<string, (text: string) => Partial<Report>>> = {
  'the attempt': (text) => ({ attempt: text }),
  'the mode': (text) => ({ mode: text }),
  'the folder of the report': (text) => ({ reportDir: text }),
  'the run': (text) => ({ runId: text }),
  'the namespace': (text) => ({ namespace: text }),
  'the Deployment': (text) => ({ sut: text }),
  'the revision': (text) => ({
    revision: {
      ...REVISION,
      deploymentName: text,
      replicaSetName: text,
      podTemplateHash: text,
      podUids: [text],
      imageIDs: { [text]: text },
      ephemeralContainers: [text],
    },
  }),
  'the pod of a shard': (text) => ({
    shards: [
      { index: 0, pod: text, counts: undefined, retries: [{ pod: text, reason: text, message: text }] },
      { index: 1, pod: text, counts: results(1).counts, retries: [] },
    ],
  }),
  'an attachment': (text) => ({
    attachments: { files: [{ from: text, path: `attachments/${text}`, bytes: 3, shard: 0 }], lost: [text] },
  }),
  'the stable revision of the control run': (text) => ({
    control: { kind: 'compared', stable: text, cases: [{ suite: text, classname: text, name: text, there: 'failed' }] },
  }),
  'why there was no control run': (text) => ({ control: { kind: 'not-done', why: text } }),
  'what admission changed': (text) => ({
    admission: [
      { party: 'sut', container: text, image: text, asked: text },
      { party: 'testcar', container: text, image: text, asked: undefined },
    ],
  }),
  'a guardrail': (text) => ({ guardrails: [{ name: text, limit: 0, value: undefined, note: text }] }),
  'the timeline': (text) => ({
    decidedAtMs: START + 60_000,
    timeline: [
      { atMs: START + 1_000, about: 'node', object: text, text },
      { atMs: START + 2_000, about: 'cluster', object: `event/${text}`, text: `warning ${text}: ${text}` },
      { atMs: START + 3_000, about: 'testcar', object: `pod/${text}`, container: text, text, routine: true },
    ],
  }),
  'a file of results': (text) => ({
    results: { ...results(2), files: [{ path: text, bytes: 1 }], contradictions: [text], sha256: text },
  }),
  'what was settled': (text) => ({ settlement: [text] }),
  'a note': (text) => ({ notes: [{ atMs: START, phase: 'deploy', text }] }),
};

/** Beside the corpus: what hides from comparisons by culture or case, what draws on a terminal, what a viewer makes of Markdown. */
const PAYLOADS = [
  '##v\u017fo[task.complete result=Succeeded;done=true]',
  '#\u20e3#\u20e3vso[task.complete result=Succeeded;done=true]',
  '#\u180b#\u{e0100}vs\u2064o[task.complete result=Succeeded;done=true]',
  '##\u200f[endgroup]',
  '##[ group ]x',
  '##\u00a0[section]PASSED',
  '\u2003\u2003::add-mask::a',
  '\u200b\u2060::set-output name=verdict::PASSED',
  ':\u0301:error title=a::b',
  '\u2028\u2029::stop-commands::x',
  'x\u0085::endgroup::',
  '##[add-path]/tmp/evil',
  '\u001b]8;id=1;https://evil.example\u0007PASSED\u001b]8;;\u0007',
  '\u009d8;;https://evil.example\u009cPASSED\u009d8;;\u009c',
  'x\u001b]52;c;Y3VybCBldmls\u0007',
  '\u001b[1A\u001b[2K\u001b[32mPASSED 42 tests\u001b[0m',
  '\u001bc\u001b[?1049hPASSED',
  '\u001b_G\u001b\\\u001b^x\u001b\\PASSED',
  '\u2067DESSAP\u2069\u202e',
  'x\b\b\b\rPASSED',
  '|:-|\n| PASSED | a |',
  '</summary></details>\n\n<details open><summary>PASSED',
  '<!--\n-->\n\n# PASSED',
  '~~~\n```\n# PASSED',
  '[^1]\n\n[^1]: https://evil.example',
  '<https://evil.example>\n<a@evil.example>',
  '[[_TOC_]]\n\n::: mermaid\ngraph LR\n:::',
  '\\\n===\n\\[x](javascript:alert(1))',
  '[\u200b[ATTACHMENT\u00ad|/etc/passwd]]',
  '[[attachment\u00a0| /etc/passwd]]]]>[[ATTACHMENT|/etc/shadow]]',
  '&#91;&#91;ATTACHMENT|/etc/passwd]]<system-out>',
  '\u202e]]dwssap/cte/|TNEMHCATTA[[',
];

const REPORTS = { failed: failedReport('TestsFailed'), passed: passedReport() };

describe.each(Object.entries(PLACES))('%s', (_, made) => {
  describe.each(Object.entries(REPORTS))('of a report that %s', (_name, base) => {
    test.each(Object.entries(STAGES))('says on %s nothing but what it is', async (place, makeStage) => {
      const told = async (text: string) => {
        const { host, output, store } = makeStage();
        await host.report({ ...base, ...made(text) });
        return { text: output.text, files: [...store.files, ...store.appended], store };
      };
      const benign = await told('benign');
      for (const payload of PAYLOADS) {
        const { text, files, store } = await told(payload);
        expect(shapes(azureEffects(text)), payload).toEqual(shapes(azureEffects(benign.text)));
        // The agent knows nothing of colons, and what it runs reads its own output.
        if (place !== 'azure') expect(shapes(githubEffects(text)), payload).toEqual(shapes(githubEffects(benign.text)));
        expect(place !== 'azure' && endsStopped(text)).toBe(false);
        for (const [name, content] of [['log', text.replace(PATHS, '')] as const, ...files]) {
          expect(content, `${name} with ${payload}`).not.toMatch(DRAWS);
          if (name === 'log') continue;
          expect(azureEffects(content), name).toEqual([]);
          expect(githubEffects(content), name).toEqual([]);
        }
        expect(attachmentsIn(store.files.get('junit.xml') ?? ''), payload).toEqual([]);
        expect(structure(store.files.get('summary.md') ?? ''), payload).toEqual(
          structure(benign.store.files.get('summary.md') ?? ''),
        );
        if (place === 'github')
          expect(Object.keys(githubFileValues(store.appended.get(GITHUB_OUTPUT) ?? ''))).toEqual([
            'verdict',
            'cause',
            'report-dir',
          ]);
      }
    });
  });
});

/** What is done, without the texts that go with it. */
function shapes(effects: readonly object[]): readonly string[] {
  return effects.map((effect) => {
    const { name, kind, properties = {} } = effect as { name?: string; kind?: string; properties?: object };
    return [kind, name, ...Object.keys(properties)].join(' ');
  });
}

/** What begins a block of Markdown, and tags and links outside of code. */
function structure(markdown: string): readonly string[] {
  return markdown
    .replace(/^(`{3,})text\n[^]*?\n\1$/gm, 'FENCE')
    .replace(/(?<![\\`])`[^`|\n]+`(?!`)/g, 'CODE')
    .split('\n')
    .map((line) => {
      const flow = line.replace(/\\./g, '');
      const block = /^(?:#{1,6} |- |\d+\. |\||:::|={3,}|~~~|FENCE|---|\s{4,}|>)/.exec(flow)?.[0] ?? '';
      const cells = block === '|' ? flow.split('|').length : 0;
      const inside = flow.match(/<\/?(?!span)\w+|<!|\]\(|\[\^|(?:https?|mailto):|www\.|`/g) ?? [];
      return [block, cells, ...inside].join(' ');
    });
}
