import type { JsonObject } from '../model/json.ts';
import type { Options } from '../options/options.ts';

/** The SUT's manifests after reading and checking: exactly one Deployment. */
export type SutManifests = {
  deployment: JsonObject;
  /** Everything else, in the order of the files. */
  others: readonly JsonObject[];
};

/** What a run will do, decided before anything is deployed. Pure data; made by `makePlan`. */
export type Plan = {
  options: Options;
  namespace: string;
  /** Value of label `testcar-gate/run`, and base of all temporary names; DNS label of at most 52 characters. */
  runId: string;
  /** Hash over what testcar will run with (Job template, SUT spec): the adoption rule compares it. */
  specHash: string;
  /** `metadata.name` of the SUT's own Deployment. */
  liveDeployment: string;
  /** The Deployment under test: the copy in `preview`, else the live one. */
  watchedDeployment: string;
  sutSelector: string;
  /** The labels among `sutSelector`, for the run's Service. */
  sutMatchLabels: Readonly<Record<string, string>>;
  testcarSelector: string;
  jobName: string;
  serviceName: string;
  /** Names of the Services, live or to come, that select the SUT's pods; none in `observe`, which changes nothing. */
  liveServices: readonly string[];
  testcarContainer: string;
  sutPort: number;
  /** What `deploy` applies, in order: copies in `preview`, the manifests in `in-place`, nothing in `observe`. */
  toDeploy: readonly JsonObject[];
  /** What `settle` applies after PASSED in `preview`; images still as the user wrote them. */
  toPromote: readonly JsonObject[];
  /** The Job without the facts of the revision; `jobFor` adds them. */
  job: JsonObject;
  /** How testcar is run once more against the live revision; only with option `control` where one is live. */
  control?: Plan;
};
