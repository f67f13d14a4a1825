import type { TaskLibrary } from '../../../src/adapters/azure/inputs.ts';

/** A task library that knows what the test says and nothing else. */
export function taskStub(values: {
  inputs?: Readonly<Record<string, string>>;
  urls?: Readonly<Record<string, string>>;
  schemes?: Readonly<Record<string, string>>;
  /** `<id>/<key>` */
  auth?: Readonly<Record<string, string>>;
  data?: Readonly<Record<string, string>>;
  variables?: Readonly<Record<string, string>>;
}): TaskLibrary {
  const { inputs = {}, urls = {}, schemes = {}, auth = {}, data = {}, variables = {} } = values;
  return {
    input: (name) => inputs[name],
    endpointUrl: (id) => urls[id],
    endpointScheme: (id) => schemes[id],
    endpointAuth: (id, key) => auth[`${id}/${key}`],
    endpointData: (id, key) => data[`${id}/${key}`],
    taskVariable: (name) => variables[name],
  };
}
