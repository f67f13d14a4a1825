import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Document, parseDocument } from 'yaml';
import { type Json, type JsonObject, isObject } from '../../src/core/model/json.ts';

/** Sets one field of an example, or removes it: `[['spec', 'replicas'], 1]`. */
export type Edit = readonly [path: readonly (string | number)[], value: Json | undefined];

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
export const NAME = 'quote-service';
const sutContainer = ['spec', 'template', 'spec', 'containers', 0];
const testcarContainer = sutContainer;

export type SutChanges = { image: string; replicas?: number; env?: Record<string, string>; edits?: readonly Edit[] };

/** The example's Deployment for a test: quick to end, small, and with the changes that the test needs. */
export function deployment({ image, replicas = 1, env = {}, edits = [] }: SutChanges): Promise<Document> {
  return edited('manifests/deployment.yaml', [
    [['spec', 'replicas'], replicas],
    // Nobody waits for connections that are still on their way: tests end sooner.
    [['spec', 'template', 'spec', 'terminationGracePeriodSeconds'], 1],
    [[...sutContainer, 'image'], image],
    [[...sutContainer, 'env'], envList(env)],
    ...edits,
  ]);
}

export function service(edits: readonly Edit[] = []): Promise<Document> {
  return edited('manifests/service.yaml', edits);
}

export type TestcarChanges = { image: string; fault?: string; edits?: readonly Edit[] };

export function testcarJob({ image, fault, edits = [] }: TestcarChanges): Promise<Document> {
  return edited('testcar-job.yaml', [
    [[...testcarContainer, 'image'], image],
    ...(fault === undefined ? [] : [[[...testcarContainer, 'env'], envList({ QUOTE_TESTCAR_FAULT: fault })] as const]),
    ...edits,
  ]);
}

/** Paths of fields inside the one container of each example. */
export const inContainer = (...path: (string | number)[]) => [...sutContainer, ...path];

export async function write(folder: string, name: string, ...documents: readonly Document[]): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, documents.map(String).join('---\n'));
  return file;
}

export function toObject(document: Document, namespace: string): JsonObject {
  document.setIn(['metadata', 'namespace'], namespace);
  const object: unknown = document.toJS();
  if (!isObject(object)) throw new Error('a manifest of the examples is not an object');
  return object;
}

async function edited(file: string, edits: readonly Edit[]): Promise<Document> {
  const document = parseDocument(await readFile(join(examples, file), 'utf8'));
  for (const [path, value] of edits) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  }
  return document;
}

function envList(env: Record<string, string>): Json {
  return Object.entries(env).map(([name, value]) => ({ name, value }));
}
