import type { JsonObject } from '../core/model/json.ts';
import type { Options } from '../core/options/options.ts';
import type { SutManifests } from '../core/plan/plan.ts';

/** Everything about a run that is known before the cluster is asked anything. */
export type GateInput = {
  options: Options;
  namespace: string;
  /** undefined only in `observe`. */
  manifests: SutManifests | undefined;
  /** The user's Job, or the one made from image and command. */
  testcarJob: JsonObject;
  /** Hex SHA-256 of a text. */
  hash: (text: string) => string;
  gateVersion: string;
  /** An option's name as the user's front end spells it; anything else as it is. */
  spelling: (input: string) => string;
};
