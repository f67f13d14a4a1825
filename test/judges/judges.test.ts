import { describe, expect, test } from 'vitest';
import { azureEffects } from './azure-agent-parser.ts';
import { attachmentsIn } from './azure-publisher.ts';
import { endsStopped, githubEffects, githubFileValues } from './github-runner-parser.ts';
import { CORPUS, RAW_BYTES } from './injections.ts';

/** A judge that sees nothing would pass everything. These are real commands, with what the agents make of them. */
describe('the model of the Azure agent', () => {
  test.each([
    [
      '##vso[task.complete result=Succeeded;done=true]all good',
      { name: 'task.complete', properties: { result: 'Succeeded', done: 'true' }, data: 'all good' },
    ],
    ['text before ##vso[task.setsecret]x', { name: 'task.setsecret', properties: {}, data: 'x' }],
    [
      '##vso[task.setvariable variable=a%3Bb%5D;issecret=true]1%0A2%AZP250A',
      { name: 'task.setvariable', properties: { variable: 'a;b]', issecret: 'true' }, data: '1\n2%0A' },
    ],
    ['a\r##vso[build.addbuildtag]t', { name: 'build.addbuildtag', properties: {}, data: 't' }],
    ['#\u200b#v\u00adso[a.b]t', { name: 'a.b', properties: {}, data: 't' }],
    ['##vso[a.b]##vso[c.d]', { name: 'a.b', properties: {}, data: '##vso[c.d]' }],
  ])('%j', (output, command) => {
    expect(azureEffects(output)).toEqual([{ kind: 'command', ...command }]);
  });
  test.each(['##vso', '##vso[', '##vso[nothing]', '##vso[a.b', 'see ##vso docs'])('a warning: %j', (output) => {
    expect(azureEffects(output)).toEqual([{ kind: 'keyword-warning' }]);
  });
  test('decorations anywhere, as PagingLogger counts them', () => {
    expect(azureEffects('x ##[group]a\n##[endgroup]')).toEqual([
      { kind: 'decoration', name: 'group' },
      { kind: 'decoration', name: 'endgroup' },
    ]);
  });
  test.each(['#_#vso[a.b]', '# heading', 'a#b#c', '[a.b]', '#vso[a.b]'])('innocent: %j', (output) => {
    expect(azureEffects(output)).toEqual([]);
  });
});

describe('the model of the GitHub runner', () => {
  test.each([
    ['::error title=a%3Ab,line=1::c%0Ad', { name: 'error', properties: { title: 'a:b', line: '1' }, data: 'c\nd' }],
    ['  \t::set-output name=v::PASSED', { name: 'set-output', properties: { name: 'v' }, data: 'PASSED' }],
    ['text ##[add-mask]secret', { name: 'add-mask', properties: {}, data: 'secret' }],
    ['\u200b::ENDGROUP::', { name: 'endgroup', properties: {}, data: '' }],
  ])('%j', (output, command) => {
    expect(githubEffects(output)).toEqual([command]);
  });
  test.each(['text ::error::x', '::unknown::x', '::error', '##[unknown]x', ':_:error::x'])('innocent: %j', (output) => {
    expect(githubEffects(output)).toEqual([]);
  });
  test('stops listening until the token comes, in either form', () => {
    const names = (output: string) => githubEffects(output).map(({ name }) => name);
    expect(names('::stop-commands::t\n::error::x\n::t::\n::notice::y')).toEqual(['stop-commands', 'notice']);
    expect(names('::stop-commands::t\n::error::x\nz ##[t]\n::notice::y')).toEqual(['stop-commands', 'notice']);
    expect(endsStopped('::stop-commands::t\n::other::')).toBe(true);
    expect(endsStopped('::stop-commands::t\n::t::')).toBe(false);
  });
  test.each(['', 'pause-logging', 'error', 'Add-Mask'])('does not stop for the token %j', (token) => {
    expect(endsStopped(`::stop-commands::${token}`)).toBe(false);
  });
});

describe('the model of GITHUB_OUTPUT', () => {
  test('both forms; the last value counts', () => {
    expect(githubFileValues('a=1\nb<<E\nx\ny=z\nE\na=2\n')).toEqual({ a: '2', b: 'x\ny=z' });
    expect(githubFileValues('c<<D\nx\nD\nverdict=PASSED\n')).toEqual({ c: 'x', verdict: 'PASSED' });
  });
  test.each(['junk\n', 'a<<E\nx\n', 'a<<\nx\n\n'])('refuses %j', (content) => {
    expect(() => githubFileValues(content)).toThrow();
  });
});

test('the model of the test publisher', () => {
  expect(attachmentsIn('<system-out><![CDATA[x [[ATTACHMENT|/etc/passwd]] ]]></system-out>')).toEqual(['/etc/passwd']);
  expect(attachmentsIn('<system-out>&#91;[attach\u200bment|a]]</system-out>')).toEqual(['a']);
  expect(attachmentsIn('<a><![CDATA[&#91;]]>&#91;&#91;ATTACHMENT|a]]</a>')).toEqual(['a']);
  expect(attachmentsIn('<system-out><![CDATA[&#91;&#91;ATTACHMENT|a]]]]></system-out>')).toEqual([]);
  expect(attachmentsIn('<system-out>[ATTACHMENT a]</system-out>')).toEqual([]);
});

test('the corpus is as large as promised, without doubles, and the judges see most of it', () => {
  expect(CORPUS.length).toBeGreaterThanOrEqual(220);
  expect(new Set(CORPUS.map(({ text }) => text)).size).toBe(CORPUS.length);
  const seen = CORPUS.filter(({ text }) => azureEffects(text).length + githubEffects(text).length > 0);
  expect(seen.length).toBeGreaterThan(220);
  expect(RAW_BYTES.length).toBeGreaterThanOrEqual(36);
});
