import { type JsonObject, listAt, numberAt, stringAt } from '../model/json.ts';

/** The TCP ports that the main containers of a Deployment's template name, in their order. */
export function templatePorts(deployment: JsonObject): readonly number[] {
  return listAt(deployment, 'spec', 'template', 'spec', 'containers')
    .flatMap((container) => listAt(container, 'ports'))
    .filter((port) => (stringAt(port, 'protocol') ?? 'TCP') === 'TCP')
    .map((port) => numberAt(port, 'containerPort'))
    .filter((port) => port !== undefined);
}

/** The first of them; undefined where none is named. */
export function templatePort(deployment: JsonObject): number | undefined {
  return templatePorts(deployment)[0];
}
