import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readManifestFiles } from '../../../src/adapters/files/manifest-reader.ts';

let cwd = '';

beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'manifests-'));
});
afterAll(async () => {
  await rm(cwd, { recursive: true, force: true });
});

let count = 0;
async function read(text: string | Uint8Array, extension = 'yaml'): Promise<{ name: string; result: unknown }> {
  count += 1;
  const name = `file-${count}.${extension}`;
  await writeFile(path.join(cwd, name), text);
  return { name, result: await readManifestFiles([name], cwd) };
}

describe('readManifestFiles: documents', () => {
  test('several documents with their lines; empty ones are left out', async () => {
    const { name, result } = await read('# head\n---\nkind: A\n---\n# nothing\n---\n\nkind: B\nlist: [1, x]\n---\n');
    expect(result).toEqual({
      ok: true,
      documents: [
        { file: name, line: 3, json: { kind: 'A' } },
        { file: name, line: 8, json: { kind: 'B', list: [1, 'x'] } },
      ],
    });
  });

  test('numbers, booleans and texts as kubectl reads them (YAML 1.1)', async () => {
    const { result } = await read(
      'mode: 0644\nyes: on\nday: 2026-11-20\ntime: 12:30:45\nport: "8080"\nexp: 1e3\nnothing: ~\ntext: |\n  a\n  b\n',
    );
    expect(result).toMatchObject({
      documents: [
        {
          json: {
            mode: 420,
            true: true,
            day: '2026-11-20',
            time: '12:30:45',
            port: '8080',
            exp: 1000,
            nothing: null,
            text: 'a\nb\n',
          },
        },
      ],
    });
  });

  test('anchors and merge keys', async () => {
    const { result } = await read('base: &b {a: 1}\nuse: {<<: *b, c: 2}\nagain: *b\n');
    expect(result).toMatchObject({ documents: [{ json: { base: { a: 1 }, use: { a: 1, c: 2 }, again: { a: 1 } } }] });
  });

  test('JSON, indented with tabs', async () => {
    const { name, result } = await read('{\n\t"kind": "A",\n\t"list": [\n\t\t1\n\t]\n}\n', 'json');
    expect(result).toEqual({ ok: true, documents: [{ file: name, line: 1, json: { kind: 'A', list: [1] } }] });
  });

  test('a List is taken apart, each item with its own line', async () => {
    const { name, result } = await read('apiVersion: v1\nkind: List\nitems:\n- kind: A\n- kind: B\n');
    expect(result).toEqual({
      ok: true,
      documents: [
        { file: name, line: 4, json: { kind: 'A' } },
        { file: name, line: 5, json: { kind: 'B' } },
      ],
    });
  });

  test('a key like __proto__ stays a key', async () => {
    const { result } = await read('{"__proto__": {"kind": "X"}, "kind": "A"}', 'json');
    expect(JSON.stringify(result)).toContain('{"__proto__":{"kind":"X"},"kind":"A"}');
  });
});

describe('readManifestFiles: folders', () => {
  test('manifest files of a folder by name, not those of its subfolders, each file once', async () => {
    const folder = path.join(cwd, 'folder');
    await mkdir(path.join(folder, 'sub'), { recursive: true });
    await writeFile(path.join(folder, 'b.yml'), 'kind: B');
    await writeFile(path.join(folder, 'a.yaml'), 'kind: A');
    await writeFile(path.join(folder, 'c.json'), '{"kind": "C"}');
    await writeFile(path.join(folder, 'README.md'), 'kind: no');
    await writeFile(path.join(folder, 'sub', 'd.yaml'), 'kind: D');
    const result = await readManifestFiles(['folder', path.join('folder', 'b.yml')], cwd);
    expect(result.ok && result.documents.map(({ file, json }) => [file, json])).toEqual([
      [path.join('folder', 'a.yaml'), { kind: 'A' }],
      [path.join('folder', 'b.yml'), { kind: 'B' }],
      [path.join('folder', 'c.json'), { kind: 'C' }],
    ]);
  });

  test('a folder without manifests, and nothing at all', async () => {
    await mkdir(path.join(cwd, 'empty'), { recursive: true });
    expect(await readManifestFiles(['empty', 'missing.yaml'], cwd)).toEqual({
      ok: false,
      problems: [
        { input: 'empty', found: 'a folder without any', expected: '*.yaml, *.yml or *.json files' },
        { input: 'missing.yaml', found: 'nothing there (ENOENT)', expected: 'a file or folder that can be read' },
      ],
    });
  });
});

describe('readManifestFiles: what is refused', () => {
  test.each([
    ['a key twice', 'kind: A\nmetadata:\n  name: x\n  name: y\n', ':4:3', 'Map keys must be unique'],
    [
      'a broken flow',
      'kind: A\nlist: [1, 2\n',
      ':3:1',
      'Flow sequence in block collection must be sufficiently indented',
    ],
    [
      'a template that nobody rendered',
      'name: {{ .Values.name }}\n',
      ':1"',
      'a map or list as key, as in a template that was not rendered',
    ],
    ['a tag that JSON does not have', 'data: !!binary aGk=\n', ':1:7', 'Unresolved tag: tag:yaml.org,2002:binary'],
  ])('%s', async (_name, text, place, message) => {
    const { name, result } = await read(text);
    expect(result).toMatchObject({ ok: false });
    expect(JSON.stringify(result)).toContain(`"input":"${name}${place}`);
    expect(JSON.stringify(result)).toContain(message);
  });

  test('aliases that multiply', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level += 1) {
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    }
    const { name, result } = await read(lines.join('\n'));
    expect(result).toEqual({
      ok: false,
      problems: [
        {
          input: `${name}:1`,
          found: 'Excessive alias count indicates a resource exhaustion attack',
          expected: 'plain YAML values',
        },
      ],
    });
  });

  test('a number that JSON does not have', async () => {
    const { name, result } = await read('a: .inf\n');
    expect(result).toEqual({
      ok: false,
      problems: [
        { input: `${name}:1`, found: 'a value of type number that JSON does not have', expected: 'plain YAML values' },
      ],
    });
  });

  test('bytes that are no text, and too many of them', async () => {
    const binary = await read(new Uint8Array([0x6b, 0xff, 0xfe]));
    expect(binary.result).toMatchObject({ problems: [{ input: binary.name, found: 'bytes that are not UTF-8' }] });
    const large = await read('#'.repeat(5 * 1024 * 1024 + 1));
    expect(large.result).toEqual({
      ok: false,
      problems: [{ input: large.name, found: '5242881 bytes', expected: 'a text file of at most 5 MiB' }],
    });
  });
});
