import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { LineCounter, isMap, isScalar, isSeq, parseAllDocuments, type Document, type Tags, type YAMLError } from 'yaml';
import type { DocumentsRead, ManifestDocument } from '../../core/manifests/document.ts';
import { type Json, isObject, listAt } from '../../core/model/json.ts';
import type { InputProblem } from '../../core/options/options.ts';

/** An object in etcd holds 1.5 MiB at most; a manifest file beyond this is not meant. */
const MAX_FILE_BYTES = 5 * 1024 * 1024;
const MAX_FILES = 1_000;
/** Enough for anchors that people write; stops documents that grow by aliases of aliases. */
const MAX_ALIASES = 100;
const EXTENSIONS = ['.yaml', '.yml', '.json'];

/**
 * All documents of the files and folders (not their subfolders), in the given order, files of a folder by name. Problems
 * name file, line and column. Throws only when the file system fails in a way that is not about these paths.
 */
export async function readManifestFiles(paths: readonly string[], cwd: string): Promise<DocumentsRead> {
  const problems: InputProblem[] = [];
  const documents: ManifestDocument[] = [];
  const files: string[] = [];
  for (const given of paths) files.push(...(await expand(given, cwd, problems)));
  if (files.length > MAX_FILES) {
    return {
      ok: false,
      problems: [{ input: 'manifests', found: `${files.length} files`, expected: `at most ${MAX_FILES}` }],
    };
  }
  for (const file of new Set(files)) {
    const text = await readText(file, cwd, problems);
    if (text !== undefined) documents.push(...parseManifests(text, file, problems));
  }
  return problems.length === 0 ? { ok: true, documents } : { ok: false, problems };
}

async function expand(given: string, cwd: string, problems: InputProblem[]): Promise<readonly string[]> {
  try {
    const status = await stat(path.resolve(cwd, given));
    if (!status.isDirectory()) return [given];
    const names = (await readdir(path.resolve(cwd, given)))
      .filter((name) => EXTENSIONS.includes(path.extname(name)))
      .sort();
    if (names.length === 0)
      problems.push({ input: given, found: 'a folder without any', expected: '*.yaml, *.yml or *.json files' });
    return names.map((name) => path.join(given, name));
  } catch (error) {
    problems.push({ input: given, found: codeOf(error), expected: 'a file or folder that can be read' });
    return [];
  }
}

async function readText(file: string, cwd: string, problems: InputProblem[]): Promise<string | undefined> {
  const expected = `a text file of at most ${MAX_FILE_BYTES / 1024 / 1024} MiB`;
  try {
    const { size } = await stat(path.resolve(cwd, file));
    if (size <= MAX_FILE_BYTES) {
      return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path.resolve(cwd, file)));
    }
    problems.push({ input: file, found: `${size} bytes`, expected });
  } catch (error) {
    problems.push({
      input: file,
      found: error instanceof TypeError ? 'bytes that are not UTF-8' : codeOf(error),
      expected,
    });
  }
  return undefined;
}

/** The documents of one text; empty ones are left out and `kind: List` is taken apart, both as kubectl does. */
export function parseManifests(text: string, file: string, problems: InputProblem[]): readonly ManifestDocument[] {
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(text, {
    // kubectl reads YAML 1.1: `defaultMode: 0644` is octal there, and `yes` is a boolean.
    version: '1.1',
    customTags: jsonTags,
    lineCounter,
    uniqueKeys: true,
    prettyErrors: false,
  });
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((document: Document.Parsed) => {
    const errors: readonly YAMLError[] = [...document.errors, ...document.warnings];
    for (const error of errors) {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      problems.push({ input: `${file}:${line}:${col}`, found: firstLine(error.message), expected: 'valid YAML' });
    }
    if (errors.length > 0) return [];
    const lineOf = (node: unknown): number => lineCounter.linePos(startOf(node) ?? document.range[0]).line;
    const place = `${file}:${lineOf(document.contents)}`;
    let json: Json;
    try {
      json = toJson(document.toJS({ maxAliasCount: MAX_ALIASES, mapAsMap: true }));
    } catch (error) {
      problems.push({
        input: place,
        found: error instanceof Error ? error.message : undefined,
        expected: 'plain YAML values',
      });
      return [];
    }
    if (json === null) return [];
    return expandList({ file, line: lineOf(document.contents), json }, document, lineOf);
  });
}

function expandList(
  whole: ManifestDocument,
  document: Document.Parsed,
  lineOf: (node: unknown) => number,
): readonly ManifestDocument[] {
  const { json, file, line } = whole;
  if (!isObject(json) || json['kind'] !== 'List' || json['apiVersion'] !== 'v1') return [whole];
  const items = json['items'];
  if (!Array.isArray(items)) return items === undefined || items === null ? [] : [whole];
  const nodes = isMap(document.contents) ? document.contents.get('items', true) : undefined;
  return listAt(items).map((item, index) => ({
    file,
    line: isSeq(nodes) ? lineOf(nodes.items[index]) : line,
    json: item,
  }));
}

/** YAML types that JSON does not have, and base-60 numbers, which kubectl does not read either. */
function jsonTags(tags: Tags): Tags {
  return tags.filter((tag) => {
    if (typeof tag === 'string') return true;
    if ('format' in tag && tag.format === 'TIME') return false;
    return !/:(?:timestamp|binary|omap|pairs|set)$/.test(tag.tag);
  });
}

/** Maps come as `Map`, because only there a key that is itself a map or a list can still be told from a text. */
function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]: [unknown, unknown]) => [keyText(key), toJson(item)]));
  }
  throw new Error(`a value of type ${typeof value} that JSON does not have`);
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  if (key === null || typeof key === 'number' || typeof key === 'boolean') return String(key);
  throw new Error('a map or list as key, as in a template that was not rendered');
}

function startOf(node: unknown): number | undefined {
  if (!isMap(node) && !isSeq(node) && !isScalar(node)) return undefined;
  return node.range?.[0];
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** The system's code, such as ENOENT: messages of the file system repeat absolute paths of the agent. */
function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'nothing there (ENOENT)';
  if (typeof code === 'string') return `an error (${code})`;
  throw error;
}
