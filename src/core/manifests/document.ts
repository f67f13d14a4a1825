import type { Json } from '../model/json.ts';
import type { InputProblem } from '../options/options.ts';

/** One YAML or JSON document of a manifest file, and where it starts. Nothing about its content is known yet. */
export type ManifestDocument = { file: string; line: number; json: Json };

export type DocumentsRead =
  { ok: true; documents: readonly ManifestDocument[] } | { ok: false; problems: readonly InputProblem[] };

export function placeOf({ file, line }: ManifestDocument): string {
  return `${file}:${line}`;
}
