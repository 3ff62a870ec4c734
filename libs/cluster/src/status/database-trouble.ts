import type { ClusterView } from '@neo4j-operator/cluster-access';
import { type DatabaseView, isSettled, onlineCopies } from '@neo4j-operator/neo4j-admin';
import { formationOf } from '../model/formation.ts';
import type { ClusterState } from '../model/state.ts';
import { defaultDatabaseOf, defaultTopology } from '../plan/topology.ts';
import { meetingGraceMs, settlingGraceMs } from './grace.ts';
import type { Times } from './pod-trouble.ts';
import type { Reason } from './reasons.ts';
import type { Trouble } from './trouble.ts';

/** What is wrong with the databases of a cluster that can be seen. One that is stopped on purpose is not wrong. */
export function databaseTroubles(state: ClusterState, view: ClusterView, times: Times): readonly Trouble[] {
  const lastedMs = times.now - times.notReadySince;
  return [
    ...defaultTrouble(state, view, lastedMs),
    ...view.databases
      .filter((database) => database.requestedStatus !== 'offline' && !isSettled(database))
      .map((database) => settling(lastedMs, judge(database, state)))
      .sort((a, b) => (a.what < b.what ? -1 : 1)),
  ];
}

/** The default database is placed once, by the server, and brought to what the spec asks for by the operator. */
function defaultTrouble(state: ClusterState, view: ClusterView, lastedMs: number): readonly Trouble[] {
  if (state.defaultDatabaseHasOwner) return [];
  const { defaultDatabase: name } = state.formation ?? formationOf(state.spec);
  const topology = defaultTopology(state);
  if (topology.kind === 'differs') {
    const { primaries, secondaries } = topology.wanted;
    return [
      settling(lastedMs, {
        reason: 'DatabaseTopology',
        what: `database ${name} is to have ${primaries} primaries and ${secondaries} secondaries`,
        remedy: 'the condition Reconciling says what holds it back',
      }),
    ];
  }
  const isThere = defaultDatabaseOf(state) !== undefined || view.databases.some(({ isDefault }) => isDefault);
  if (isThere) return [];
  return [
    {
      reason: 'DefaultDatabaseNotPlaced',
      isLasting: lastedMs > meetingGraceMs,
      servers: [],
      what: `the default database ${name} is not there`,
      remedy: `look at SHOW DATABASES; a Neo4jDatabase with the name ${name} makes it`,
    },
  ];
}

interface Judgement {
  readonly reason: Reason;
  readonly what: string;
  readonly remedy: string;
}

function settling(lastedMs: number, { reason, what, remedy }: Judgement): Trouble {
  const isLasting = lastedMs > settlingGraceMs;
  return { reason: isLasting ? reason : 'DatabaseSettling', isLasting, servers: [], what, remedy };
}

function judge(database: DatabaseView, { servers }: ClusterState): Judgement {
  const { name, copies, requested } = database;
  const wrong = copies.filter(({ status }) => status !== 'online');
  if (wrong.length > 0 || copies.length === 0) {
    // Of a server that is away the cluster knows only the id.
    const nameOf = (id: string | undefined) => servers.find(({ recordedId }) => recordedId === id)?.name;
    const facts = wrong.map(({ address, server, status, statusMessage }) =>
      [`${status} on ${address ?? (server && nameOf(server)) ?? server ?? 'a server'}`, statusMessage]
        .filter((text) => text !== '')
        .join(': '),
    );
    return {
      reason: 'DatabaseNotOnline',
      what: `database ${name} is not online everywhere: ${facts.sort().join(', ') || 'it has no copies'}`,
      remedy: 'read the log of the server that the copy is on',
    };
  }
  const primaries = onlineCopies(database, 'primary');
  const secondaries = onlineCopies(database, 'secondary');
  const wanted = requested ?? { primaries: 1, secondaries: 0 };
  if (primaries !== wanted.primaries || secondaries !== wanted.secondaries) {
    return {
      reason: 'DatabaseTopology',
      what: `database ${name} has ${primaries} primaries and ${secondaries} secondaries and asks for ${wanted.primaries} and ${wanted.secondaries}`,
      remedy: 'have enough servers, or ask for fewer copies',
    };
  }
  return {
    reason: 'DatabaseNoWriter',
    what: `database ${name} takes no writes: its primaries have no leader`,
    remedy: 'bring back servers until more than half of its primaries are online',
  };
}
