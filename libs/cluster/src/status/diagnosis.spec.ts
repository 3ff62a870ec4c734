import { describe, expect, it } from '@jest/globals';
import type { ClusterView } from '@neo4j-operator/cluster-access';
import { Neo4jError, type Neo4jErrorReason, type ServerView } from '@neo4j-operator/neo4j-admin';
import type { ClusterState } from '../model/state.ts';
import { World } from '../plan/state.spec-helper.ts';
import { look, told, unplaced, withContainer } from './status.spec-helper.ts';

const minute = 60_000;

/** Three servers whose pods run and which have not met. */
async function unmet(): Promise<World> {
  const world = new World();
  await world.pass();
  world.live();
  world.neo4j.rows.clear();
  look(world);
  return world;
}

async function settled(): Promise<World> {
  const world = await World.settled();
  look(world);
  return world;
}

function failedWith(reason: Neo4jErrorReason): ClusterState['sight'] {
  return { kind: 'failed', error: failure(reason), sinceMs: 0, last: undefined };
}

function failure(reason: Neo4jErrorReason): Neo4jError {
  return new Neo4jError('no', { reason, remedy: 'credentials', outcomeUnknown: false });
}

/** What the cluster shows, with other databases. */
function seen(world: World, change: Partial<ClusterView['databases'][number]>): ClusterState['sight'] {
  const view = world.neo4j.view();
  return {
    kind: 'seen',
    view: { ...view, databases: view.databases.map((each) => ({ ...each, ...change })) },
  };
}

function changeRow(world: World, server: string, change: Partial<ServerView>): string {
  const { row } = world.state().servers.find(({ name }) => name === server) ?? {};
  if (row === undefined) throw new Error(`${server} is no member`);
  world.neo4j.change(row.id, change);
  return row.id;
}

describe('a pod that does not run', () => {
  it('is waited for, with what Kubernetes says, and then is a problem with its remedy', async () => {
    const world = await unmet();
    const why = '0/3 nodes are available: 3 Insufficient memory.';
    for (const server of ['graph-1', 'graph-2']) unplaced(world, server, why);
    const early = look(world, 1_000);
    expect(told(early, 'Formed')).toBe(
      `False Forming: Waiting: graph-1, graph-2: no node takes the pod (${why})`,
    );
    const late = look(world, 2 * minute);
    expect(told(late, 'Formed')).toBe(
      `False PodUnschedulable: graph-1, graph-2: no node takes the pod (${why}); add nodes, or ask for less under spec.resources.requests`,
    );
    expect(told(late, 'Ready')).toBe(told(late, 'Formed'));
    expect(late['phase']).toBe('Forming');
  });

  it.each([
    ['VolumeNotBound', 'pod has unbound immediate PersistentVolumeClaims'],
    ['PodUnschedulable', undefined],
  ])('is told as %s', async (reason, message) => {
    const world = await unmet();
    unplaced(world, 'graph-1', message);
    expect(told(look(world, 2 * minute), 'Ready')).toMatch(new RegExp(`^False ${reason}: graph-1: `));
  });

  it.each([
    [
      'ImagePullFailed',
      { state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off 5m' } } },
      'neo4j:2026.08.1-enterprise',
    ],
    [
      'ContainerNotStarted',
      { state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "x" not found' } } },
      'secret "x" not found',
    ],
    ['PodNotStarted', { state: { waiting: { reason: 'ContainerCreating' } } }, 'Events of pod graph-1-0'],
    [
      'ServerCrashing',
      {
        restartCount: 3,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: {
          terminated: {
            exitCode: 1,
            message: 'Starting\n2026-01-01 10:00:00.000+0000 ERROR Unrecognized setting\n',
          },
        },
      },
      'ended with exit code 1 (ERROR Unrecognized setting)',
    ],
    [
      'OutOfMemory',
      {
        restartCount: 3,
        state: { running: {} },
        lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
      },
      'spec.resources.limits.memory',
    ],
  ] as const)('is told as %s', async (reason, container, text) => {
    const world = await unmet();
    withContainer(world, 'graph-1', container);
    const message = told(look(world, 2 * minute), 'Ready');
    expect(message).toMatch(new RegExp(`^False ${reason}: graph-1: `));
    expect(message).toContain(text);
  });

  it('is not excused by time if it crashes again and again', async () => {
    const world = await unmet();
    withContainer(world, 'graph-1', { restartCount: 2, lastState: { terminated: { exitCode: 1 } } });
    expect(told(look(world, 1_000), 'Ready')).toMatch(/^False ServerCrashing/);
  });

  it('is missing, or does not end', async () => {
    const world = await settled();
    world.deletePod('graph-1');
    expect(told(look(world, 1_000), 'Ready')).toMatch(
      /^False ServerStarting: Waiting: graph-1: there is no pod/,
    );
    expect(told(look(world, 3 * minute), 'Ready')).toMatch(/^False PodMissing: graph-1/);

    const other = await settled();
    const pod = other.pods.get('graph-2-0');
    if (pod === undefined) throw new Error('there is no pod');
    other.pods.put({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect(told(look(other, 1_000), 'Ready')).toMatch(/^False ServerStarting/);
    expect(told(look(other, 3 * minute), 'Ready')).toMatch(
      /^False PodStuckStopping: graph-2.*only if the machine is off/,
    );
  });

  it('on a node that has not answered for long are told as soon as Kubernetes gives them up', async () => {
    const world = await settled();
    const pod = world.pods.existing('graph-2-0');
    const lost = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' };
    world.pods.put({
      ...pod,
      // Kubernetes would kill it in an hour.
      metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T01:00:00Z' },
      spec: { ...pod.spec, nodeName: 'node-7' },
      status: { ...pod.status, conditions: [lost] },
    });
    expect(told(look(world, 1_000), 'Ready')).toMatch(
      /^False PodStuckStopping: graph-2: node node-7 has not answered for long; .* delete the Node/,
    );
  });
});

describe('servers that run and do not meet', () => {
  it('are told with the settings that decide it and who sees whom', async () => {
    const world = await unmet();
    const views = new Map([
      [1, ['a', 'b']],
      [2, ['a', 'b']],
    ]);
    expect(told(look(world, minute), 'Formed')).toMatch(/^False Forming/);
    const message = told(look(world, 4 * minute, { state: { views } }), 'Formed');
    expect(message).toMatch(/^False ServersDoNotMeet: graph-1, graph-2, graph-3: 3 run, 3 have to meet/);
    expect(message).toContain('dbms.cluster.minimum_initial_system_primaries_count');
    expect(message).toContain('graph-1.prod.svc.cluster.local:6000');
    expect(message).toContain('(dbms.cluster.endpoints)');
    expect(message).toContain('graph-1 sees a, b; graph-2 sees a, b');
  });

  it('are a split if two groups do not know each other, and none if one server knows both', async () => {
    const world = await unmet();
    const split = new Map([
      [1, ['a']],
      [2, ['b', 'c']],
      [3, ['b', 'c']],
    ]);
    expect(told(look(world, 1_000, { state: { views: split } }), 'Ready')).toMatch(
      /^False ClusterSplit: .*graph-1 sees a; graph-2 sees b, c; graph-3 sees b, c; .*delete no volume/,
    );
    const tied = new Map([
      [1, ['a']],
      [2, ['b', 'c']],
      [3, ['a', 'b']],
    ]);
    expect(told(look(world, 1_000, { state: { views: tied } }), 'Ready')).not.toContain('ClusterSplit');
  });

  it('are told by name if one joins no cluster', async () => {
    const world = await settled();
    const { servers } = world.state();
    const lonely = servers.map((server) =>
      server.number === 3 ? { ...server, row: undefined, recordedId: undefined } : server,
    );
    expect(told(look(world, 1_000, { state: { servers: lonely } }), 'Ready')).toMatch(
      /^False ScalingOut: Waiting: graph-3/,
    );
    expect(told(look(world, 5 * minute, { state: { servers: lonely } }), 'Ready')).toMatch(
      /^False ServerNotJoined: graph-3: runs and is not known to the cluster, looking for graph-1/,
    );
  });
});

describe('a refused login', () => {
  it('is no problem before the account is made', async () => {
    const world = await unmet();
    expect(told(look(world, 1_000, { state: { sight: failedWith('Unauthorized') } }), 'Ready')).toMatch(
      /^False Forming: Waiting: the account of the operator/,
    );
  });

  it('names the Secrets if the volumes know neither password', async () => {
    const world = await unmet();
    const refused = {
      state: { sight: failedWith('Unauthorized') },
      outcome: { error: new Error('x', { cause: failure('Unauthorized') }) },
    };
    expect(told(look(world, 1_000, refused), 'Ready')).toMatch(/^False Forming/);
    const late = look(world, 2 * minute, refused);
    expect(told(late, 'Stalled')).toMatch(
      /^True LoginRefused: .*Secrets graph-operator and graph-bootstrap.*restore Secret/,
    );
  });

  it('names the Secret of the account if that has worked before', async () => {
    const world = await settled();
    const refused = { state: { sight: failedWith('Unauthorized') } };
    expect(told(look(world, 1_000, refused), 'Ready')).toMatch(/^False ClusterUnreachable: Waiting/);
    expect(told(look(world, 2 * minute, refused), 'Stalled')).toMatch(
      /^True LoginRefused: .*Secret graph-operator/,
    );
  });

  it('may be a lock that somebody else causes', async () => {
    const world = await settled();
    look(world, 1_000, { state: { sight: failedWith('LockedOut') } });
    expect(told(look(world, 2 * minute, { state: { sight: failedWith('LockedOut') } }), 'Ready')).toMatch(
      /^False UserLocked/,
    );
  });
});

describe('a member', () => {
  it.each(['Cordoned', 'Deallocating', 'Deallocated'] as const)(
    'that somebody made %s is told with the way back',
    async (state) => {
      const world = await settled();
      const id = changeRow(world, 'graph-2', { state });
      expect(told(look(world), 'Ready')).toBe(
        `False ServerWithdrawn: graph-2: somebody has made it ${state} (server ${id}); run ENABLE SERVER '${id}' to use it again`,
      );
    },
  );

  it('that somebody made Cordoned is told beside another one with its own way back', async () => {
    const world = await settled();
    const first = changeRow(world, 'graph-2', { state: 'Cordoned' });
    const second = changeRow(world, 'graph-3', { state: 'Cordoned' });
    const words = told(look(world), 'Ready');
    expect(words).toContain(`run ENABLE SERVER '${first}'`);
    expect(words).toContain(`run ENABLE SERVER '${second}'`);
  });

  it('that was dropped, is not reached, or is another one is told as such', async () => {
    const dropped = await settled();
    changeRow(dropped, 'graph-2', { state: 'Dropped' });
    expect(told(look(dropped), 'Ready')).toMatch(/ServerDropped: graph-2/);

    const cut = await settled();
    changeRow(cut, 'graph-2', { health: 'Unavailable' });
    expect(told(look(cut, 1_000), 'Ready')).toMatch(/^False ServerStarting: Waiting: graph-2/);
    expect(told(look(cut, 5 * minute), 'Ready')).toMatch(/^False ServerUnavailable: graph-2/);

    const changed = await settled();
    const id = changeRow(changed, 'graph-2', { address: undefined, health: 'Unavailable' });
    changed.neo4j.add('stranger', changed.state().servers[1]?.boltAddress ?? '', 'Enabled');
    expect(told(look(changed), 'Stalled')).toMatch(
      new RegExp(`^True IdentityChanged: graph-2: server stranger answers.*${id}`),
    );
  });

  it('whose claim is gone is not replaced', async () => {
    const world = await settled();
    world.claims.byName.delete('graph-2');
    expect(told(look(world), 'Stalled')).toMatch(
      /^True VolumeLost: graph-2: its claim is deleted, .* pod graph-2-0 still has.*leave pod graph-2-0 alone .*restore the claim/,
    );
    world.deletePod('graph-2');
    expect(told(look(world), 'Stalled')).toMatch(
      /^True VolumeLost: graph-2: its claim, and with it its data, is gone; restore the claim/,
    );
  });
});

describe('a database', () => {
  it('that is not what it asks for keeps the cluster from being Ready, and is told after a while', async () => {
    const world = await settled();
    const copies = (world.neo4j.database?.copies ?? []).map((copy) => ({ ...copy, writer: false }));
    const state = { sight: seen(world, { copies }) };
    expect(told(look(world, 1_000, { state }), 'Ready')).toMatch(
      /^False DatabaseSettling: Waiting: database neo4j takes no writes/,
    );
    expect(told(look(world, 2 * minute, { state }), 'Ready')).toMatch(
      /^False DatabaseNoWriter: Database neo4j takes no writes/,
    );
  });

  it('is told with its copies, or their number', async () => {
    const world = await settled();
    const copies = (world.neo4j.database?.copies ?? []).map((copy, index) =>
      index === 1 ? { ...copy, status: 'dirty' as const, statusMessage: 'store is broken' } : copy,
    );
    const broken = { state: { sight: seen(world, { copies }) } };
    look(world, 1_000, broken);
    expect(told(look(world, 2 * minute, broken), 'Ready')).toMatch(
      /^False DatabaseNotOnline: Database neo4j is not online everywhere: dirty on graph-2\S+: store is broken/,
    );
    const id = copies[1]?.server ?? '';
    const away = copies.map((copy) =>
      copy.server === id ? { ...copy, address: undefined, status: 'unknown' as const } : copy,
    );
    expect(
      told(look(world, 3 * minute, { state: { sight: seen(world, { copies: away }) } }), 'Ready'),
    ).toMatch(/unknown on graph-2: store is broken/);
    const few = {
      state: {
        sight: seen(world, { copies: copies.slice(0, 1), requested: { primaries: 3, secondaries: 0 } }),
        defaultDatabaseHasOwner: true,
      },
    };
    expect(told(look(world, 3 * minute, few), 'Ready')).toMatch(
      /^False DatabaseTopology: Database neo4j has 1 primaries/,
    );
  });

  it('that is stopped on purpose is well', async () => {
    const world = await settled();
    const copies = (world.neo4j.database?.copies ?? []).map((copy) => ({
      ...copy,
      status: 'offline' as const,
      writer: false,
    }));
    const state = { sight: seen(world, { copies, requestedStatus: 'offline' }) };
    expect(told(look(world, 0, { state }), 'Ready')).toMatch(/^True/);
  });

  it('that is the default one and missing is told', async () => {
    const world = await settled();
    const state = { sight: { kind: 'seen', view: { ...world.neo4j.view(), databases: [] } } } as const;
    expect(told(look(world, 1_000, { state }), 'Ready')).toMatch(
      /^False ServerStarting|^False DatabaseSettling/,
    );
    expect(told(look(world, 5 * minute, { state }), 'Ready')).toMatch(
      /^False DefaultDatabaseNotPlaced: The default database neo4j/,
    );
  });
});
