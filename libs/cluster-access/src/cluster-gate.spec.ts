import { describe, expect, it } from '@jest/globals';
import { type Edition, Neo4jError } from '@neo4j-operator/neo4j-admin';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import { clusterGate } from './cluster-gate.ts';
import type { ClusterView, Sight } from './cluster-view.ts';
import type { ClusterObject } from './resources.ts';
import type { ClusterSession } from './session.ts';
import { copy, database, view } from './views.spec-helper.ts';

function cluster(metadata: object = {}): Stored<ClusterObject> {
  return {
    metadata: { name: 'graph', namespace: 'prod', uid: 'u', resourceVersion: '1', ...metadata },
  } as never;
}

const session = (edition: Edition = 'enterprise'): ClusterSession =>
  ({ target: { edition } }) as ClusterSession;
const seen = (different: Partial<ClusterView> = {}): Sight => ({ kind: 'seen', view: view(different) });
const system = (...copies: Parameters<typeof copy>[]): Sight =>
  seen({
    databases: [
      database(
        'system',
        copies.map((arguments_) => copy(...arguments_)),
      ),
    ],
  });
const unreachable: Sight = {
  kind: 'failed',
  error: new Neo4jError('SHOW SERVERS: no', {
    reason: 'Unreachable',
    remedy: 'retry',
    outcomeUnknown: false,
  }),
  sinceMs: 0,
  last: view(),
};

type Input = readonly [
  Parameters<typeof clusterGate>[1],
  Parameters<typeof clusterGate>[2],
  Parameters<typeof clusterGate>[3],
];

describe('the gate of a cluster', () => {
  it.each<readonly [string, Input, string]>([
    ['that is not there', [undefined, undefined, { kind: 'unknown' }], 'ClusterNotFound'],
    [
      'that is being deleted',
      [cluster({ deletionTimestamp: 'now' }), session(), seen()],
      'ClusterBeingDeleted',
    ],
    ['that nobody has a session of', [cluster(), undefined, seen()], 'ClusterNotSeen'],
    ['that nobody has looked at', [cluster(), session(), { kind: 'unknown' }], 'ClusterNotSeen'],
    ['that cannot be reached', [cluster(), session(), unreachable], 'ClusterUnreachable'],
    ['without the database system', [cluster(), session(), seen({ databases: [] })], 'ClusterForming'],
    ['without a leader', [cluster(), session(), system(['a'], ['b'])], 'ClusterForming'],
    [
      'whose leader is not online',
      [cluster(), session(), system(['a', { writer: true, status: 'starting' }], ['b'])],
      'ClusterForming',
    ],
    [
      'of one Community server that is starting',
      [cluster(), session('community'), system(['a', { status: 'starting' }])],
      'ClusterForming',
    ],
  ])('is closed for one %s', (_, input, reason) => {
    expect(clusterGate('graph', ...input)).toEqual({
      ready: false,
      reason,
      message: expect.stringMatching(/^(The|spec\.clusterRef: there is no Neo4jEnterpriseCluster) .*graph/),
    });
  });

  it('is open for one that is seen and whose system takes writes', () => {
    const [object, opened, sight] = [cluster(), session(), seen()];
    expect(clusterGate('graph', object, opened, sight)).toEqual({
      ready: true,
      view: view(),
      session: opened,
    });
    const single = clusterGate('graph', object, session('community'), system(['a']));
    expect(single.ready).toBe(true);
  });

  it('says what went wrong on the way to the cluster', () => {
    expect(clusterGate('graph', cluster(), session(), unreachable)).toMatchObject({
      message: 'The cluster graph cannot be reached (Unreachable): SHOW SERVERS: no',
    });
  });
});
