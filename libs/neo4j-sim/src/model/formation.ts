import { uuid } from '@neo4j-operator/clock';
import { placeCopies } from './allocator.ts';
import type { SimNetwork } from './network.ts';
import { newDatabase } from './new-database.ts';
import { foundingStore } from './raft-store.ts';
import type { ServerRecord } from './records.ts';
import type { SimServer } from './server.ts';
import type { SystemChange } from './system-state.ts';

/**
 * Lets servers that have no system database yet, and have seen enough others for long enough, form a cluster: once, since then they have
 * one (operations manual, "Clustering", "Deploy a basic cluster"). Servers that do not see each other form clusters of their own.
 */
export function formClusters(network: SimNetwork): void {
  const candidates = network.servers.filter(isUnbound);
  for (const server of candidates) {
    const visible = visibleFrom(server, network.servers);
    const isNear = visible.some(({ system }) => system !== undefined);
    const founders = visible.filter(
      (other) => isUnbound(other) && other.configuration.systemMode === 'PRIMARY',
    );
    const { minimumSystemPrimaries } = server.configuration;
    if (isNear || founders.length < minimumSystemPrimaries || server.configuration.systemMode !== 'PRIMARY') {
      server.seesEnoughSince = undefined;
      continue;
    }
    const now = network.clock.monotonic();
    if (server.seesEnoughSince === undefined) {
      server.seesEnoughSince = now;
      network.touchIn(network.timings.formationMs);
    }
    if (now - server.seesEnoughSince < network.timings.formationMs) continue;
    found(network, founders.slice(0, minimumSystemPrimaries));
  }
}

/** Whether one finds the other: its endpoints name it in a protocol that both speak, and the network lets them. */
export function sees(one: SimServer, other: SimServer): boolean {
  if (!one.network.canReach(one, other)) return false;
  return lists(one, other) || lists(other, one);
}

/** Record of a server that is new in a cluster. */
export function newServerRecord(server: SimServer, state: 'Free' | 'Enabled'): ServerRecord {
  const { boltAddress, httpAddress, httpsAddress, initial, systemMode } = server.configuration;
  return {
    id: server.id,
    name: server.id,
    state,
    options: initial.options,
    systemMode,
    boltAddress,
    httpAddress,
    httpsAddress,
    droppedAt: undefined,
  };
}

function isUnbound(server: SimServer): boolean {
  return server.system === undefined && !server.volume.dropped;
}

function lists(one: SimServer, other: SimServer): boolean {
  return one.configuration.discovery.some(({ endpoints, protocol }) =>
    other.configuration.discovery.some(
      (theirs) => theirs.protocol === protocol && endpoints.includes(theirs.address),
    ),
  );
}

/** A server, those that it sees, those that they see, and so on: discovery passes on whom it knows. */
function visibleFrom(server: SimServer, all: readonly SimServer[]): readonly SimServer[] {
  const visible = new Set([server]);
  for (const one of visible) {
    for (const other of all) if (sees(one, other)) visible.add(other);
  }
  return all.filter((one) => visible.has(one));
}

function found(network: SimNetwork, founders: readonly SimServer[]): void {
  const [first] = founders;
  if (first === undefined) return;
  const changes = firstChanges(network, first, founders);
  const ids = founders.map(({ id }) => id);
  for (const server of founders) server.join(foundingStore(ids, [changes]));
  first.system?.campaign(true);
  const [cluster] = changes;
  if (cluster?.kind === 'cluster') network.emit({ kind: 'formed', cluster: cluster.record.id, servers: ids });
}

function firstChanges(
  network: SimNetwork,
  first: SimServer,
  founders: readonly SimServer[],
): readonly SystemChange[] {
  const { edition, initial, minimumSystemPrimaries } = first.configuration;
  const servers = founders.map((server) => newServerRecord(server, 'Enabled'));
  // Best effort and never again: as many copies as these servers can take.
  const primaries = Math.min(
    initial.defaultPrimaries,
    servers.filter(({ options }) => options.modeConstraint !== 'SECONDARY').length,
  );
  const placed = placeCopies({
    database: initial.defaultDatabase,
    primaries,
    secondaries: Math.min(initial.defaultSecondaries, servers.length - primaries),
    keep: [],
    candidates: servers.map((server) => ({ server, load: 0 })),
  });
  const native = first.volume.initialPassword ?? { password: 'neo4j', changeRequired: true };
  return [
    {
      kind: 'cluster',
      record: {
        id: uuid(network.rng),
        defaultDatabase: initial.defaultDatabase,
        defaultPrimaries: initial.defaultPrimaries,
        defaultSecondaries: initial.defaultSecondaries,
        enablesFreeServers: initial.enablesFreeServers,
        formedAt: network.clock.now(),
        minimumSystemPrimaries,
        roles: network.roles,
      },
    },
    ...servers.map((record) => ({ kind: 'server', record }) as const),
    {
      kind: 'user',
      record: {
        id: uuid(network.rng),
        name: 'neo4j',
        native,
        external: new Map(),
        roles: edition === 'enterprise' ? ['admin'] : [],
        suspended: false,
        home: undefined,
      },
    },
    ...(placed.ok
      ? [
          {
            kind: 'database',
            record: newDatabase(network, {
              name: initial.defaultDatabase,
              primaries: initial.defaultPrimaries,
              secondaries: initial.defaultSecondaries,
              hosts: placed.hosts,
              language: first.configuration.defaultLanguage,
            }),
          } as const,
        ]
      : []),
  ];
}
