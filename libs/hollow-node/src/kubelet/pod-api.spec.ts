import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import { FakeServer } from './fake-server.spec-helper.ts';
import { pathOf } from './node.spec-helper.ts';
import { createPodApi } from './pod-api.ts';
import type { Pod } from './resources.ts';

const clock = new VirtualClock();
const server = new FakeServer(clock);
const api = createPodApi(server, clock);
server.put(pathOf('web'), { apiVersion: 'v1', kind: 'Pod', spec: { containers: [] } });
const pod = server.read(pathOf('web')) as Pod;
const namesake: Pod = { ...pod, metadata: { ...pod.metadata, uid: 'of another pod' } };

describe('a request about a pod', () => {
  it('never hits a namesake', async () => {
    await expect(api.remove(namesake)).rejects.toThrow('answered 409');
    await expect(api.patchStatus(namesake, { phase: 'Failed' })).rejects.toThrow('answered 409');
    expect(server.read(pathOf('web'))).toEqual(pod);
  });

  it('takes away what a condition no longer says', async () => {
    const ready = { type: 'Ready', status: 'False', reason: 'x', message: 'y' } as const;
    await api.patchStatus(pod, { conditions: [ready] });
    await api.patchStatus(pod, { conditions: [{ type: 'Ready', status: 'True' }] });
    expect((server.read(pathOf('web')) as Pod).status?.conditions).toEqual([
      { type: 'Ready', status: 'True' },
    ]);
  });

  it('is fine with a pod that is gone', async () => {
    await api.remove(pod);
    await api.remove(pod);
    expect(await api.patchStatus(pod, {})).toBeUndefined();
  });
});
