import { describe } from 'vitest';
import { aClaim, aJob, aPod, anEndpointSlice } from '../fakes/builders.ts';
import { makeFakes } from '../fakes/make-fakes.ts';
import { accessContract } from './access.ts';
import { logsContract } from './logs.ts';
import { objectsContract } from './objects.ts';
import { watchingContract } from './watching.ts';

describe('the fake of Objects', () => {
  objectsContract(() => ({ objects: makeFakes().cluster.objects, namespace: 'shop' }));
});

describe('the fake of Access', () => {
  accessContract(() => {
    const { access } = makeFakes().cluster;
    const refused = { verb: 'delete', group: '', resource: 'nodes' };
    access.deny(refused);
    return { access, namespace: 'shop', granted: { verb: 'get', group: '', resource: 'pods' }, refused };
  });
});

describe('the fake of Watching', () => {
  watchingContract(() => {
    const { watching, world } = makeFakes().cluster;
    return {
      watching,
      namespace: 'shop',
      createJob: async (name) => world.setJob(aJob({ name })),
      deleteJob: async (name) => world.remove('Job', name),
      createPod: async (name, labels, claim) =>
        world.setPod(
          claim === undefined
            ? aPod({ name, labels })
            : aPod({ name, labels, phase: 'Pending', ready: false, nodeName: undefined, claims: [claim] }),
        ),
      createClaim: async (name) => world.setClaim(aClaim({ name, phase: 'Pending', volumeName: undefined })),
      createEndpointSlice: async (name, service) =>
        world.setEndpointSlice(anEndpointSlice({ name, serviceName: service })),
    };
  });
});

describe('the fake of Logs', () => {
  logsContract(() => {
    const { logs, world } = makeFakes().cluster;
    const lines = ['one', 'zwei ä', 'three'];
    world.log('ended/c', ...lines);
    world.endLog('ended/c');
    world.log('running/c', ...lines);
    const source = { namespace: 'shop', container: 'c', restart: 0 };
    return { logs, lines, ended: { ...source, pod: 'ended' }, running: { ...source, pod: 'running' } };
  });
});
