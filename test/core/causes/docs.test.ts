import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { playbookPages } from '../../../src/core/causes/docs.ts';
import { exampleEvidence } from '../../../src/core/causes/example-evidence.ts';
import { VARIANTS } from '../../../src/core/causes/example-variants.ts';
import { CAUSES, CAUSE_NAMES } from '../../../src/core/causes/index.ts';
import { SECTION_TITLES } from '../../../src/core/model/evidence.ts';
import { playbookPage } from '../../../src/core/report/report-files.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FOLDER = path.join(ROOT, 'docs/playbook');
const pages = new Map(playbookPages().map(({ name, text }) => [name, text]));

test('every cause has a page and every page a cause', () => {
  const expected = ['README.md', ...CAUSE_NAMES.map((cause) => `${cause}.md`)].sort();
  expect([...pages.keys()].sort()).toEqual(expected);
  expect(readdirSync(FOLDER).sort()).toEqual(expected);
});

test('the index names every cause once, under its section and class', () => {
  const index = pages.get('README.md') ?? '';
  const links = [...index.matchAll(/\]\((\w+)\.md\)/g)].map(([, name]) => name);
  expect(links.sort()).toEqual([...CAUSE_NAMES].sort());
  const headings = index.split('\n').filter((line) => line.startsWith('## '));
  expect(headings).toEqual(Object.values(SECTION_TITLES).map((title) => `## ${title}`));
});

describe.each(CAUSE_NAMES)('%s', (cause) => {
  const text = pages.get(`${cause}.md`) ?? '';

  it('has every field of the playbook', () => {
    expect(text).toContain(`# ${cause}: `);
    expect(text).toContain(`Class \`${CAUSES[cause].class}\``);
    expect(text).toMatch(
      /\*\*Technical Impact:\*\* \S[^]*\*\*Customer Impact:\*\*\n\n- \S[^]*\*\*Data Loss:\*\* \S[^]*## Detect\n\n```sh\n\S[^]*## Remediation\n\n1\. \S[^]*\*\*Expected recovery:\*\* \S[^]*\*\*Validate:\*\*\n\n- \S[^]*\*\*Roll back:\*\*\n\n- \S/,
    );
    expect(text).not.toMatch(/undefined|NaN|\[object|<<|\(\)/);
  });

  it('is where the report says', () => {
    expect(readFileSync(path.join(ROOT, playbookPage(cause)), 'utf8').replaceAll('\r\n', '\n')).toBe(text);
  });
});

test.each(CAUSE_NAMES.filter((cause) => VARIANTS[cause] !== undefined))(
  '%s: every variant has a first step of its own',
  (cause) => {
    const usual = CAUSES[cause].entry.remediation(exampleEvidence(cause))[0];
    const steps = (VARIANTS[cause] ?? []).map(
      ([, evidence]) => CAUSES[cause].entry.remediation({ ...exampleEvidence(cause), ...evidence })[0],
    );
    expect(new Set([usual, ...steps]).size).toBe(steps.length + 1);
  },
);

test('every cause is found by a rule or by a step of the gate', () => {
  const folders = ['judge', 'plan', 'selftest', '../gate', '../main', '../adapters'].map((name) =>
    path.join(ROOT, 'src/core', name),
  );
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(path.join(folder, name), 'utf8')),
  );
  const all = sources.join('\n');
  expect(CAUSE_NAMES.filter((cause) => !all.includes(`'${cause}'`))).toEqual([]);
});
