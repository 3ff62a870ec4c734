// Objects and views by hand, and at random.
import { neo4jDatabase, type Neo4jDatabaseSpec, neo4jEnterpriseCluster } from '@neo4j-operator/api-types';
import { annotations, type ClusterObject, type DatabaseObject } from '@neo4j-operator/cluster-access';
import {
  type DatabaseCopy,
  type DatabaseView,
  type ServerView,
  versionOf,
} from '@neo4j-operator/neo4j-admin';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import fc from 'fast-check';
import type { DatabaseState, Gate } from './model/state.ts';

export const uid = 'uid-movies';

/** What an object may have beside its spec. */
export interface ObjectOptions {
  readonly recordedId?: string;
  readonly creating?: string;
  readonly paused?: boolean;
  readonly deleting?: boolean;
  readonly status?: DatabaseObject['status'];
}

/** A Neo4jDatabase `movies` as the API server would give it. */
export function databaseObject(
  spec: Partial<Neo4jDatabaseSpec> = {},
  { creating, deleting, paused, recordedId, status }: ObjectOptions = {},
): Stored<DatabaseObject> {
  const { spec: defaulted } = neo4jDatabase.applyDefaults({
    apiVersion: 'neo4j.neo4j.com/v1alpha1',
    kind: 'Neo4jDatabase',
    metadata: { name: 'movies' },
    spec: { clusterRef: 'graph', name: 'movies', ...spec },
  });
  return {
    apiVersion: 'neo4j.neo4j.com/v1alpha1',
    kind: 'Neo4jDatabase',
    metadata: {
      name: 'movies',
      namespace: 'prod',
      uid,
      resourceVersion: '1',
      generation: 1,
      annotations: {
        ...(recordedId === undefined ? {} : { [annotations.databaseId]: recordedId }),
        ...(creating === undefined ? {} : { [annotations.creating]: creating }),
        ...(paused === true ? { [annotations.paused]: 'true' } : {}),
      },
      ...(deleting === true ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: defaulted,
    ...(status === undefined ? {} : { status }),
  };
}

export function clusterObject(primaries = 3, secondaries = 0): Stored<ClusterObject> {
  const { spec } = neo4jEnterpriseCluster.applyDefaults({
    apiVersion: 'neo4j.neo4j.com/v1alpha1',
    kind: 'Neo4jEnterpriseCluster',
    metadata: { name: 'graph' },
    spec: { image: { tag: '2026.08.1' }, topology: { primaries, secondaries }, storage: { size: '1Gi' } },
  });
  return {
    apiVersion: 'neo4j.neo4j.com/v1alpha1',
    kind: 'Neo4jEnterpriseCluster',
    metadata: { name: 'graph', namespace: 'prod', uid: 'uid-graph', resourceVersion: '1' },
    spec,
  };
}

export function server(number: number, different: Partial<ServerView> = {}): ServerView {
  return {
    id: `server-${number}`,
    name: `server-${number}`,
    address: `graph-${number}.prod.svc.cluster.local:7687`,
    state: 'Enabled',
    health: 'Available',
    hosting: [],
    requestedHosting: [],
    tags: [],
    allowedDatabases: [],
    deniedDatabases: [],
    modeConstraint: 'NONE',
    version: '2026.08.1',
    ...different,
  };
}

export function copyOn(number: number, different: Partial<DatabaseCopy> = {}): DatabaseCopy {
  return {
    server: `server-${number}`,
    address: `graph-${number}.prod.svc.cluster.local:7687`,
    role: 'primary',
    writer: number === 1,
    status: 'online',
    statusMessage: '',
    lastCommittedTxn: 1n,
    replicationLag: 0,
    ...different,
  };
}

/** The database `movies` on three servers, as it should be. */
export function databaseView(different: Partial<DatabaseView> = {}): DatabaseView {
  return {
    name: 'movies',
    id: 'id-1',
    type: 'standard',
    isDefault: false,
    access: 'read-write',
    requestedStatus: 'online',
    requested: { primaries: 3, secondaries: 0 },
    aliases: [],
    constituents: [],
    defaultLanguage: undefined,
    store: undefined,
    options: {},
    copies: [copyOn(1), copyOn(2), copyOn(3)],
    ...different,
  };
}

export const threeServers: readonly ServerView[] = [server(1), server(2), server(3)];

export function openGate(
  databases: readonly DatabaseView[] = [],
  servers: readonly ServerView[] = threeServers,
  edition: 'enterprise' | 'community' = 'enterprise',
): Extract<Gate, { ready: true }> {
  return { ready: true, view: { servers, databases, readAt: 0 }, version: versionOf('2026.08.1'), edition };
}

/** A state in which the database can be made. */
export function stateWith(different: Partial<DatabaseState> = {}): DatabaseState {
  return {
    problems: [],
    cluster: clusterObject(),
    gate: openGate(),
    ownedBy: undefined,
    keptId: undefined,
    refusal: undefined,
    deletion: undefined,
    ...different,
  };
}

const ids = fc.constantFrom('id-1', 'id-2');
const counts = fc.integer({ min: 0, max: 5 });

export const arbitraryServers: fc.Arbitrary<readonly ServerView[]> = fc
  .array(
    fc.record({
      state: fc.constantFrom<ServerView['state']>('Free', 'Enabled', 'Cordoned', 'Dropped'),
      health: fc.constantFrom<ServerView['health']>('Available', 'Unavailable'),
      modeConstraint: fc.constantFrom<ServerView['modeConstraint']>('NONE', 'PRIMARY', 'SECONDARY'),
    }),
    { maxLength: 6 },
  )
  .map((servers) => servers.map((different, index) => server(index + 1, different)));

export const arbitrarySpec: fc.Arbitrary<Partial<Neo4jDatabaseSpec>> = fc
  .record({
    primaries: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    secondaries: fc.oneof(counts, fc.constant<'pool'>('pool')),
    state: fc.constantFrom<'online' | 'offline'>('online', 'offline'),
    adoptExisting: fc.boolean(),
    deletionPolicy: fc.constantFrom<'Retain' | 'Drop'>('Retain', 'Drop'),
    name: fc.constantFrom('movies', 'neo4j'),
  })
  .map(({ primaries, secondaries, ...spec }) => ({
    ...spec,
    topology: { secondaries, ...(primaries === undefined ? {} : { primaries }) },
  }));

const arbitraryDatabase: fc.Arbitrary<DatabaseView> = fc
  .record({
    name: fc.constantFrom('movies', 'neo4j', 'other'),
    id: fc.option(ids, { nil: undefined }),
    type: fc.constantFrom<DatabaseView['type']>('standard', 'composite'),
    isDefault: fc.boolean(),
    requestedStatus: fc.constantFrom<DatabaseView['requestedStatus']>('online', 'offline', 'unknown'),
    requested: fc.option(fc.record({ primaries: fc.integer({ min: 1, max: 5 }), secondaries: counts }), {
      nil: undefined,
    }),
    aliases: fc.constantFrom([], ['movies']),
    copies: fc
      .array(fc.constantFrom<DatabaseCopy['status']>('online', 'offline', 'starting', 'unknown'), {
        maxLength: 5,
      })
      .map((states) => states.map((status, index) => copyOn(index + 1, { status }))),
  })
  .map((different) => databaseView(different));

const closed = [
  'ClusterNotFound',
  'ClusterBeingDeleted',
  'ClusterNotSeen',
  'ClusterUnreachable',
  'ClusterForming',
] as const;

const arbitraryGate: fc.Arbitrary<Gate> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({
        databases: fc.uniqueArray(arbitraryDatabase, { selector: ({ name }) => name, maxLength: 3 }),
        servers: arbitraryServers,
        edition: fc.constantFrom<'enterprise' | 'community'>('enterprise', 'community'),
      })
      .map(({ databases, edition, servers }) => openGate(databases, servers, edition)),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...closed)
      .map((reason) => ({ ready: false, reason, message: reason }) as const),
  },
);

/** Anything that can be observed. */
export const arbitraryState: fc.Arbitrary<DatabaseState> = fc
  .record({
    gate: arbitraryGate,
    ownedBy: fc.option(fc.constant('films'), { nil: undefined, freq: 5 }),
    keptId: fc.option(ids, { nil: undefined }),
    refusal: fc.option(fc.constant({ reason: 'LimitReached', message: 'full' } as const), {
      nil: undefined,
      freq: 3,
    }),
    primaries: fc.integer({ min: 1, max: 5 }),
    release: fc.constantFrom('work' as const, 'wait' as const, { release: 'ClusterGone' } as const),
    graceLeftMs: fc.constantFrom(0, 1000),
  })
  .map(({ gate, graceLeftMs, keptId, ownedBy, primaries, refusal, release }) =>
    stateWith({
      cluster: clusterObject(primaries),
      gate,
      ownedBy,
      keptId,
      refusal,
      deletion: { release, graceLeftMs },
    }),
  );

/** An object with any spec and any note on it. */
export function arbitraryObject(deleting: boolean): fc.Arbitrary<Stored<DatabaseObject>> {
  return fc
    .record({
      spec: arbitrarySpec,
      recordedId: fc.option(ids, { nil: undefined }),
      creating: fc.option(fc.constantFrom(uid, 'uid-of-another'), { nil: undefined }),
      paused: fc.boolean(),
    })
    .map(({ creating, paused, recordedId, spec }) =>
      databaseObject(spec, {
        paused,
        deleting,
        ...(recordedId === undefined ? {} : { recordedId }),
        ...(creating === undefined ? {} : { creating }),
      }),
    );
}
