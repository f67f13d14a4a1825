import { describe, expect, it } from 'vitest';
import { atTheirPlaces, mergeRaw, readConfigFile } from '../../../src/adapters/cli/config-file.ts';

async function read(text: string) {
  const { raw, problems } = await readConfigFile('gate.yaml', text);
  return { raw, problems };
}

describe('what a file says', () => {
  const cases = [
    { name: 'an empty file', text: '# nothing yet\n', raw: {} },
    {
      name: 'texts, numbers and booleans as they are written',
      text: 'mode: observe\nminTests: 010\npromote: false\nexpectImage: "1.10"\ndeployment: 1.10\n',
      raw: { mode: 'observe', minTests: '010', promote: 'false', expectImage: '1.10', deployment: '1.10' },
    },
    { name: 'a list', text: 'manifests:\n  - a.yaml\n  - b/\n', raw: { manifests: ['a.yaml', 'b/'] } },
    { name: 'a list of one as a text', text: 'manifests: a.yaml\n', raw: { manifests: 'a.yaml' } },
    { name: 'anchors', text: 'manifests: &m [a]\n', raw: { manifests: ['a'] } },
    { name: 'JSON, which is YAML', text: '{"mode": "preview"}', raw: { mode: 'preview' } },
  ];
  it.each(cases)('$name', async ({ text, raw }) => {
    expect(await read(text)).toEqual({ raw, problems: [] });
  });
});

describe('what is wrong with a file, with its line', () => {
  const cases = [
    {
      name: 'a misspelt option',
      text: 'mode: observe\nminTest: 3\n',
      problems: [{ input: 'gate.yaml:2', found: 'minTest', expected: 'an option; did you mean minTests?' }],
    },
    {
      name: 'the spelling of a flag',
      text: 'min-tests: 3\n',
      problems: [{ input: 'gate.yaml:1', found: 'min-tests', expected: 'an option; did you mean minTests?' }],
    },
    {
      name: 'a map where a text belongs, and nothing where a text belongs',
      text: 'mode: { a: 1 }\ncontext:\n',
      problems: [
        { input: 'gate.yaml:1 mode', found: 'a map', expected: 'one value' },
        { input: 'gate.yaml:2 context', found: 'nothing', expected: 'one value' },
      ],
    },
    {
      name: 'a list where one value belongs',
      text: 'mode: [a, b]\n',
      problems: [{ input: 'gate.yaml:1 mode', found: 'a list', expected: 'one value' }],
    },
    {
      name: 'a list of maps',
      text: 'testcarEnv:\n  - { name: A, value: b }\n',
      problems: [{ input: 'gate.yaml:1 testcarEnv', found: 'a list', expected: 'a text or a list of texts' }],
    },
    {
      name: 'not a map',
      text: '- mode\n',
      problems: [{ input: 'gate.yaml', found: undefined, expected: 'a map of options' }],
    },
    {
      name: 'an option twice',
      text: 'mode: a\nmode: b\n',
      problems: [{ input: 'gate.yaml:2', found: undefined, expected: 'YAML (Map keys must be unique)' }],
    },
  ];
  it.each(cases)('$name', async ({ text, problems }) => {
    expect((await read(text)).problems).toEqual(problems);
  });
});

describe('file and flags together', () => {
  it('flags win', () => {
    expect(mergeRaw({ mode: 'observe', keep: 'never' }, { mode: ['preview'] })).toEqual({
      mode: ['preview'],
      keep: 'never',
    });
  });

  it('a problem is shown where its value was written', async () => {
    const { places } = await readConfigFile('gate.yaml', '\nminTests: x\nmode: y\n');
    const problems = ['--min-tests', '--mode', '--keep'].map((input) => ({ input, found: undefined, expected: 'e' }));
    const shown = atTheirPlaces(problems, places, { mode: ['z'] });
    expect(shown.map(({ input }) => input)).toEqual(['gate.yaml:2 minTests', '--mode', '--keep']);
  });
});
