import { type JsonObject, listAt, numberAt, stringAt } from '../../../src/core/model/json.ts';
import { NAME } from '../example-manifests.ts';
import { holdEndpoint } from '../foreign-endpoint.ts';
import { type Scenario, type Scenarios, inconclusive } from '../scenario.ts';
import { some } from '../truth.ts';
import { LIVE_ONLY, expect } from '../world.ts';

/** By the counts of the live Deployment, as `kubectl rollout status` reads them. Generation 1 is what was live before. */
function followsTheGate(deployment: JsonObject): boolean {
  const generation = numberAt(deployment, 'metadata', 'generation') ?? 0;
  const wanted = numberAt(deployment, 'spec', 'replicas');
  return (
    stringAt(deployment, 'metadata', 'name') === NAME &&
    generation > 1 &&
    numberAt(deployment, 'status', 'observedGeneration') === generation &&
    ['replicas', 'updatedReplicas', 'availableReplicas'].every(
      (count) => numberAt(deployment, 'status', count) === wanted,
    )
  );
}

const alsoSendsElsewhere = (mode: 'preview' | 'in-place'): Scenario => ({
  name: `also sends to what is no pod of the new revision (${mode})`,
  fault: 'an EndpointSlice made by hand with an address that is always ready',
  inputs: { mode },
  async prepare(world) {
    await world.goLive();
    await holdEndpoint(world, true);
  },
  expected: inconclusive('EndpointsOfAnotherRevision'),
  observable: some('Deployment', followsTheGate),
  names: [`service/${NAME}`, 'it also sends to 192.0.2.7'],
  left: LIVE_ONLY,
  also: async (_, world) => {
    const { template } = await world.live();
    expect(listAt(template, 'spec', 'containers').map((each) => stringAt(each, 'image'))).toEqual([world.images.live]);
  },
});

/** The gate closes after its grace, long before readyTimeout, and puts the old revision back. */
export const LIVE_SERVICES: Scenarios = {
  title: 'after its roll-out the live Service',
  scenarios: [alsoSendsElsewhere('preview'), alsoSendsElsewhere('in-place')],
};
