// How far a cluster is. Plan and status both ask here, so that what is done and what is told are the same.
import type { ClusterObject } from '@neo4j-operator/cluster-access';
import { type DatabaseView, isSettled } from '@neo4j-operator/neo4j-admin';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import type { RestartDifference } from '../render/index.ts';
import type { ClusterState } from '../model/state.ts';
import { type AccountState, accountOf, isPasswordDue } from './account.ts';
import { type Held, holdOf } from './hold.ts';
import { isFormed, viewOf } from './members.ts';
import type { PlanPorts } from './ports.ts';
import { existingObjects } from './server-objects.ts';
import { type ServerProgress, serverProgress, isUntouchable } from './server-progress.ts';
import { copiesOf, type DefaultTopology, defaultTopology } from './topology.ts';
import { type ServerCounts, serverCounts } from './wanted.ts';

/** What is wanted, what is there, and what is missing. */
export interface Progress {
  /** Why nothing is done; undefined if nothing holds the cluster back. */
  readonly held: Held | undefined;
  readonly isFormed: boolean;
  readonly counts: ServerCounts;
  /** Of the servers that exist, by number. */
  readonly servers: readonly ServerProgress[];
  readonly account: AccountState;
  /** Whether the administrator has yet to get the password of the Secret; undefined: the Secret cannot be used. */
  readonly isPasswordDue: boolean | undefined;
  /** Names of databases that are not what they ask for, `system` included; undefined while the cluster cannot be seen. */
  readonly unsettledDatabases: readonly string[] | undefined;
  readonly defaultTopology: DefaultTopology;
}

export function progressOf(state: ClusterState): Progress {
  return {
    held: holdOf(state),
    isFormed: isFormed(state),
    counts: serverCounts(state),
    servers: state.servers.map((server) => serverProgress(state, server)),
    account: accountOf(state),
    isPasswordDue: isPasswordDue(state),
    unsettledDatabases: viewOf(state)
      ?.databases.filter((database) => !isSettled(database))
      .map(({ name }) => name),
    defaultTopology: defaultTopology(state),
  };
}

/**
 * Whether everything that is asked for is there and well. Servers that are too many do not count against it: they stay, and are told as
 * such. Nor does what waits for a restart.
 */
export function isSettledCluster(state: ClusterState): boolean {
  const { counts, defaultTopology: topology, isPasswordDue: isDue } = progressOf(state);
  return (
    counts.missing.primary + counts.missing.secondary === 0 &&
    unsettledParts(state).length === 0 &&
    topology.kind !== 'differs' &&
    isDue === false
  );
}

/** What of that which exists is not well, one clause each. None: a server may be added, and one may be away for a while. */
export function unsettledParts(state: ClusterState): readonly string[] {
  return partsOf(progressOf(state));
}

/**
 * What of it a new server has to wait for: all, but that databases have fewer copies than they ask for while those that they have are well. A
 * server more may be just what is missing, and none would come if it waited for the copies.
 */
export function partsBeforeNext(state: ClusterState): readonly string[] {
  const progress = progressOf(state);
  const databases = viewOf(state)?.databases.filter((database) => !isSettled(asFarAsPlaced(database)));
  return partsOf({ ...progress, unsettledDatabases: databases?.map(({ name }) => name) });
}

function asFarAsPlaced(database: DatabaseView): DatabaseView {
  const { requested } = database;
  if (requested === undefined) return database;
  const primaries = Math.min(requested.primaries, Math.max(1, copiesOf(database, 'primary')));
  const secondaries = Math.min(requested.secondaries, copiesOf(database, 'secondary'));
  return { ...database, requested: { primaries, secondaries } };
}

function partsOf({ servers, unsettledDatabases }: Progress): readonly string[] {
  return [
    ...(unsettledDatabases === undefined ? ['the cluster cannot be seen'] : []),
    ...servers
      .filter(({ step, trouble }) => step !== 'Done' || trouble !== undefined)
      .map(
        ({ name, step, trouble }) =>
          `server ${name} ${trouble === undefined ? waiting[step] : troubles[trouble]}`,
      ),
    ...(unsettledDatabases ?? []).map((name) => `database ${name} is not what it asks for`),
  ];
}

/** What would need a restart of servers to become true, by the name of the server. Servers without a difference are left out. */
export function differencesOf(
  object: Stored<ClusterObject>,
  state: ClusterState,
  ports: PlanPorts,
): ReadonlyMap<string, readonly RestartDifference[]> {
  const found = new Map<string, readonly RestartDifference[]>();
  for (const server of state.servers) {
    if (isUntouchable(state, server)) continue;
    const { differences } = existingObjects(object, state, server, ports);
    if (differences.length > 0) found.set(server.name, differences);
  }
  return found;
}

const waiting: Readonly<Record<ServerProgress['step'], string>> = {
  Claim: 'has no claim yet',
  Objects: 'has no Service or StatefulSet yet',
  Pod: 'has no running container',
  Start: 'does not answer yet',
  Join: 'is not known to the others yet',
  Identity: 'has no id on its claim yet',
  Enable: 'is Free and not enabled yet',
  Available: 'is not available',
  Done: 'is well',
};

const troubles: Readonly<Record<NonNullable<ServerProgress['trouble']>, string>> = {
  VolumeLost: 'has lost its volume',
  IdentityChanged: 'is not the one that its claim names',
  Withdrawn: 'was cordoned, or its databases are moved away',
  Dropped: 'was dropped from the cluster',
};
