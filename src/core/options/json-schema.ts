import type { JsonObject } from '../model/json.ts';
import { DURATION_PATTERN } from './duration.ts';
import type { OptionSpec } from './option-spec.ts';
import { inputsOf, optionSpec } from './table.ts';

/** JSON Schema (draft-07) of the command's config file: option names as in the table, unknown ones refused. */
export function configSchema(): JsonObject {
  const properties = inputsOf('cli').map((name) => {
    const spec = optionSpec(name);
    return [name, { description: description(spec), ...shape(spec), ...defaultOf(spec) }] as const;
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Testcar Gate configuration',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
    not: { required: ['testcarManifest', 'testcarImage'] },
  };
}

function description({ help, requiredWhen }: OptionSpec): string {
  return requiredWhen === undefined ? help : `${help} Required ${requiredWhen}.`;
}

function shape({ kind, values = [], min, max }: OptionSpec): JsonObject {
  switch (kind) {
    case 'text':
    case 'path':
      return { type: 'string' };
    case 'list':
      return { type: ['string', 'array'], items: { type: 'string' } };
    case 'duration':
      return { type: 'string', pattern: DURATION_PATTERN };
    case 'integer':
      return {
        type: 'integer',
        ...(min === undefined ? {} : { minimum: min }),
        ...(max === undefined ? {} : { maximum: max }),
      };
    case 'port':
      return { type: 'integer', minimum: 1, maximum: 65_535 };
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { type: 'string', enum: values };
  }
}

function defaultOf({ kind, default: text }: OptionSpec): JsonObject {
  if (text === undefined) return {};
  if (kind === 'integer') return { default: Number.parseInt(text, 10) };
  return { default: kind === 'boolean' ? text === 'true' : text };
}
