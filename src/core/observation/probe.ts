import { type Json, at, isObject, listAt, numberAt, stringAt } from '../model/json.ts';
import { PROBE_KINDS, type Probe, type Probes } from '../model/seen.ts';

/** Defaults of the API: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/ */
const DEFAULTS = { initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 };

export function parseProbes(container: unknown): Probes {
  return Object.fromEntries(
    PROBE_KINDS.flatMap((kind) => {
      const probe = at(container, `${kind}Probe`);
      return isObject(probe) ? [[kind, parseProbe(probe)]] : [];
    }),
  );
}

function parseProbe(json: Json): Probe {
  const number = (name: keyof typeof DEFAULTS): number => numberAt(json, name) ?? DEFAULTS[name];
  return {
    asks: asked(json),
    port: ['httpGet', 'tcpSocket', 'grpc'].map((handler) => portOf(json, handler)).find((port) => port !== undefined),
    initialDelaySeconds: number('initialDelaySeconds'),
    periodSeconds: number('periodSeconds'),
    timeoutSeconds: number('timeoutSeconds'),
    failureThreshold: number('failureThreshold'),
  };
}

function asked(json: Json): string {
  if (isObject(at(json, 'httpGet'))) {
    const scheme = stringAt(json, 'httpGet', 'scheme') ?? 'HTTP';
    return `${scheme} GET ${stringAt(json, 'httpGet', 'path') ?? '/'} on port ${portAt(json, 'httpGet')}`;
  }
  if (isObject(at(json, 'tcpSocket'))) return `TCP connect to port ${portAt(json, 'tcpSocket')}`;
  if (isObject(at(json, 'grpc'))) return `gRPC on port ${portAt(json, 'grpc')}`;
  const command = listAt(json, 'exec', 'command').filter((word) => typeof word === 'string');
  return command.length === 0 ? 'something unknown' : `exec ${command.join(' ')}`;
}

function portAt(json: Json, handler: string): string {
  return portOf(json, handler) ?? 'unknown';
}

function portOf(json: Json, handler: string): string | undefined {
  return stringAt(json, handler, 'port') ?? numberAt(json, handler, 'port')?.toString();
}
