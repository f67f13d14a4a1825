import { describe, expect, test } from 'vitest';
import {
  defuseLines,
  escapeMarkdown,
  markdownCode,
  markdownFence,
  neutraliseForAzure,
  neutraliseForGitHub,
  neutraliseForTerminal,
  safeJson,
} from '../../../src/core/report/neutralise.ts';
import { splitLines, wrap } from '../../../src/core/report/text.ts';
import { azureEffects } from '../../judges/azure-agent-parser.ts';
import { githubEffects } from '../../judges/github-runner-parser.ts';
import { INJECTIONS } from '../../judges/injections.ts';

describe('the change is visible and small', () => {
  test.each([
    ['##vso[task.complete result=Succeeded]', '#_#vso[task.complete result=Succeeded]'],
    ['text ##vso[a.b]', 'text #_#vso[a.b]'],
    ['##VSO[a.b]', '#_#VSO[a.b]'],
    ['##[group]x', '#_#[group]x'],
    ['# # v s o[a.b]', '#_# v s o[a.b]'],
    ['#\u200b#vso[a.b]', '#_#vso[a.b]'],
    ['###[error]', '##_#[error]'],
    ['##teamcity[x]', '#_#teamcity[x]'],
  ])('azure: %j', (line, expected) => {
    expect(neutraliseForAzure(line)).toBe(expected);
  });
  test.each([
    ['::error::x', ':_:error::x'],
    ['  ::error::x', '  :_:error::x'],
    [': :error::x', ':_ :error::x'],
    ['##[add-mask]x', '#_#[add-mask]x'],
    ['\u001b[1m::error::x', ':_:error::x'],
  ])('github: %j', (line, expected) => {
    expect(neutraliseForGitHub(line)).toBe(expected);
    expect(neutraliseForTerminal(line)).toBe(expected);
  });
});

test.each([
  '# Heading',
  '## Heading',
  'issue #12',
  'a::b',
  'std::vector<int>',
  'C# # D',
  'key: value',
  'http://a.example/#x',
  '##',
  '[x] done',
])('innocent text is not changed: %j', (line) => {
  expect(neutraliseForAzure(line)).toBe(line);
  expect(neutraliseForGitHub(line)).toBe(line);
});

test('innocent text that begins with one colon is not changed', () => {
  expect(neutraliseForGitHub(':smile: ok')).toBe(':smile: ok');
});

describe('corpus', () => {
  test('the judges do see the payloads when nothing is done about them', () => {
    const azure = INJECTIONS.filter((text) => azureEffects(text).length > 0);
    const github = INJECTIONS.filter((text) => githubEffects(text).length > 0);
    expect(azure.length).toBeGreaterThan(70);
    expect(github.length).toBeGreaterThan(50);
  });
  test.each(INJECTIONS.map((text) => [text]))('%j', (text) => {
    for (const line of [text, ...splitLines(text)]) {
      expect(azureEffects(neutraliseForAzure(line))).toEqual([]);
      expect(githubEffects(neutraliseForGitHub(line))).toEqual([]);
      expect(azureEffects(neutraliseForTerminal(line))).toEqual([]);
      expect(githubEffects(neutraliseForTerminal(line))).toEqual([]);
      expect(neutraliseForAzure(line)).not.toMatch(/[\r\n]/);
      expect(neutraliseForAzure(neutraliseForAzure(line))).toBe(neutraliseForAzure(line));
    }
  });
});

test('a line of a million marker characters takes linear time', () => {
  for (const part of ['#', '# ', '##', '##a', ':', ': ', '#\u0301', '\u001b[', '\u001b]']) {
    const line = part.repeat(1_000_000 / part.length);
    expect(azureEffects(neutraliseForAzure(line))).toEqual([]);
    expect(githubEffects(neutraliseForGitHub(line))).toEqual([]);
  }
});

describe('what is stored can be printed by a later step', () => {
  test.each(INJECTIONS.map((text) => [text]))('%j', (text) => {
    for (const stored of [
      safeJson({ [text]: [text, { a: text }] }),
      markdownFence([text, `harmless ${text}`]),
      markdownCode(text),
      escapeMarkdown(text),
      defuseLines(text.replace(/\r/g, '\n')),
    ]) {
      expect(azureEffects(stored)).toEqual([]);
      expect(githubEffects(stored)).toEqual([]);
    }
    expect(JSON.parse(safeJson([text]))).toEqual(JSON.parse(JSON.stringify([text])));
  });
});

describe('at the border of two pieces', () => {
  const payloads = ['##vso[task.complete result=Succeeded]', '##[group]x', '::error::x'];
  test.each(payloads)('%s, wrapped at every position', (payload) => {
    for (let before = 0; before <= payload.length; before++) {
      for (const piece of wrap('x'.repeat(50 - before) + payload, 50)) {
        expect(azureEffects(neutraliseForAzure(piece))).toEqual([]);
        expect(githubEffects(neutraliseForGitHub(piece))).toEqual([]);
      }
    }
  });
});

describe('markdown', () => {
  test.each([
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['[text](https://evil.example)', '\\[text\\](https<span></span>://evil.example)'],
    ['![image](//evil.example/x.png)', '!\\[image\\](//evil.example/x.png)'],
    ['**bold** _it_ `code` ~~no~~', '\\*\\*bold\\*\\* \\_it\\_ \\`code\\` \\~\\~no\\~\\~'],
    ['a | b', 'a \\| b'],
    ['# heading', '\\# heading'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['> quote', '&gt; quote'],
    ['@octocat please', '<span>@</span>octocat please'],
    ['www.evil.example', 'www<span></span>.evil.example'],
    ['&lt;script&gt;', '&amp;lt;script&amp;gt;'],
    ['a\\|b', 'a\\\\\\|b'],
    ['line\n# heading', 'line # heading'],
    ['```\nfence', '\\`\\`\\` fence'],
    ['    indented code', 'indented code'],
    ['$x$', '<span>$</span>x<span>$</span>'],
    ['===', '\\==='],
    ['---', '\\---'],
  ])('%j', (text, expected) => {
    expect(escapeMarkdown(text)).toBe(expected);
  });
  test('code spans only where nothing can end them', () => {
    expect(markdownCode('registry.example/web@sha256:0a1b')).toBe('`registry.example/web@sha256:0a1b`');
    expect(markdownCode('a`b')).toBe('a\\`b');
    expect(markdownCode('a|b')).toBe('a\\|b');
    expect(markdownCode('')).toBe('');
  });
  test('a fence is longer than any run of backticks inside', () => {
    expect(markdownFence(['a', '````', '</details>\n```'])).toBe('`````text\na\n````\n</details>\n```\n`````');
  });
});
