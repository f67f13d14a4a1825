import { type Json, type JsonObject, isObject, listAt, stringAt } from '../model/json.ts';

export const RESULTS_VOLUME = 'testcar-gate-results';

type ResultsVolume = { volumeName: string; volumes: readonly Json[]; volumeMounts: readonly Json[] };

/** An emptyDir at the results folder: the user's own where there is one, else a new one. */
export function resultsVolume(
  podSpec: JsonObject,
  container: Json | undefined,
  resultsDir: string,
  add: (found: string, expected: string) => void,
): ResultsVolume {
  const volumes = listAt(podSpec, 'volumes');
  const volumeMounts = listAt(container, 'volumeMounts');
  const pathOf = (each: Json): string => stringAt(each, 'mountPath')?.replace(/\/+/g, '/').replace(/\/$/, '') ?? '';
  const mount = volumeMounts.find((each) => pathOf(each) === resultsDir);
  // The courier has the one volume: what is written into another one below it would be missing without a sign.
  const below = volumeMounts.find(
    (each) => pathOf(each).startsWith(`${resultsDir}/`) && !(isObject(each) && each['readOnly'] === true),
  );
  if (below !== undefined)
    add(
      `volume ${stringAt(below, 'name') ?? ''} at ${pathOf(below)}`,
      `no volume below the results folder ${resultsDir}`,
    );
  if (mount === undefined) {
    if (volumes.some((volume) => stringAt(volume, 'name') === RESULTS_VOLUME))
      add(`a volume ${RESULTS_VOLUME}`, 'a name that the gate does not use');
    return {
      volumeName: RESULTS_VOLUME,
      volumes: [...volumes, { name: RESULTS_VOLUME, emptyDir: {} }],
      volumeMounts: [...volumeMounts, { name: RESULTS_VOLUME, mountPath: resultsDir }],
    };
  }
  const volumeName = stringAt(mount, 'name') ?? '';
  const volume = volumes.find((each) => stringAt(each, 'name') === volumeName);
  // Any other volume may hold the results of an earlier run, and those are no proof.
  if (!isObject(volume) || volume['emptyDir'] === undefined) {
    add(
      `volume ${volumeName} at ${resultsDir}, which is no emptyDir`,
      `an emptyDir at the results folder, or nothing mounted there`,
    );
  }
  if (
    isObject(mount) &&
    (mount['subPath'] !== undefined || mount['subPathExpr'] !== undefined || mount['readOnly'] === true)
  ) {
    add(`volume ${volumeName} at ${resultsDir} with subPath or readOnly`, 'the whole volume, writable');
  }
  return { volumeName, volumes, volumeMounts };
}
