import { describe, expect, it } from '@jest/globals';
import { milestones, obstacle, type Snapshot } from '../../../tools/demo/progress.ts';
import { cluster, conditions, database, pods, ready } from './snapshots.spec-helper.ts';

const reached = (seen: Snapshot): readonly boolean[] => milestones.map(({ isReached }) => isReached(seen));
const nothing: Snapshot = { clusters: [], databases: [], pods: [] };

describe('The steps of the way', () => {
  it('are none as long as there is no cluster, and all when everything is Ready', () => {
    expect(reached({ ...nothing, databases: [database()] })).not.toContain(true);
    expect(reached(ready)).toEqual([true, true, true, true, true]);
    expect(milestones.map(({ label }) => label(ready))).toEqual([
      '4 pods run',
      'the servers have met: the cluster is formed',
      'all 4 servers are enabled and available',
      'Neo4jEnterpriseCluster graph Ready',
      'Neo4jDatabase movies Ready',
    ]);
  });

  it('want every pod to run, and as many as there are to be servers', () => {
    const with_ = (...phases: readonly string[]) => reached({ ...ready, pods: pods(...phases) })[0];
    expect(with_('Running', 'Running', 'Running')).toBe(false);
    expect(with_('Running', 'Running', 'Running', 'Pending')).toBe(false);
  });

  it('want every server to be ready', () => {
    const replicas = { primaries: 3, secondaries: 1, ready: 3 };
    expect(reached({ ...ready, clusters: [cluster({ replicas })] })[2]).toBe(false);
    expect(reached({ ...ready, clusters: [cluster({ replicas: { ready: 0 } })] })[2]).toBe(false);
  });

  it('do not count what was said of an older spec', () => {
    const status = {
      conditions: conditions('Ready=True').map((each) => ({ ...each, observedGeneration: 1 })),
    };
    expect(reached({ ...ready, clusters: [cluster(status)] })[3]).toBe(false);
  });

  it('are told of one server in the singular, and of no database not at all', () => {
    const one = { primaries: 1, secondaries: 0 };
    const seen = {
      clusters: [cluster({ replicas: { primaries: 1, ready: 1 }, servers: [1] }, one)],
      databases: [],
      pods: pods('Running'),
    };
    expect(milestones.map(({ label }) => label(seen))).toEqual([
      '1 pod runs',
      'the server has come up',
      'the server is available',
      'Neo4jEnterpriseCluster graph Ready',
      undefined,
    ]);
  });
});

describe('What holds everything up', () => {
  it('is nothing when everything is Ready', () => {
    expect(obstacle(ready)).toBeUndefined();
  });

  it('is the first object that is not Ready, with what it says', () => {
    const waiting = cluster({ conditions: conditions('Ready=False Forming: Waiting: a server') });
    expect(obstacle({ ...ready, clusters: [waiting] })).toEqual({
      name: 'Neo4jEnterpriseCluster graph',
      why: 'Forming: Waiting: a server',
      isStalled: false,
    });
    expect(obstacle({ ...ready, databases: [database()] })).toEqual({
      name: 'Neo4jDatabase movies',
      why: 'no status yet',
      isStalled: false,
    });
  });

  it('is what it is stalled for, if it is', () => {
    const stalled = database({
      conditions: conditions('Ready=False Waiting: something', 'Stalled=True Duplicate: there is another'),
    });
    expect(obstacle({ ...ready, databases: [stalled] })).toEqual({
      name: 'Neo4jDatabase movies',
      why: 'Duplicate: there is another',
      isStalled: true,
    });
  });
});
