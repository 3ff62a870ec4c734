import type { SimValue } from '../contract.ts';
import type { DatabaseRecord, ServerRecord } from '../model/records.ts';
import type { SimServer } from '../model/server.ts';
import type { StatementContext } from './context.ts';

type Cells = Readonly<Record<string, SimValue>>;

/** A row for each copy of each database, of `only` one if that is given. */
export function databaseRows(context: StatementContext, only: string | undefined): readonly Cells[] {
  const { databases } = context.state;
  const records = [...databases.values()]
    .filter(({ name }) => (only === undefined || name === only) && isVisible(context, name))
    .flatMap((record) => copyRows(context, record));
  const isSystemAsked = only === undefined || only === 'system';
  return [...records, ...(isSystemAsked && isVisible(context, 'system') ? systemRows(context) : [])];
}

/** Who may not administer sees the databases that it can use: here its home, and `system`. */
function isVisible({ state, user }: StatementContext, name: string): boolean {
  if (user === undefined || user.roles.length > 0 || name === 'system') return true;
  return name === (user.home ?? state.cluster?.defaultDatabase);
}

function copyRows(context: StatementContext, record: DatabaseRecord): readonly Cells[] {
  const { network } = context.server;
  const wanted = record.hosts.map(({ server }) => server);
  const leaving = network
    .reachedFrom(context.server)
    .filter(({ copies, id }) => copies.has(record.id) && !wanted.includes(id))
    .map(({ id }) => id);
  return [...wanted, ...leaving].flatMap((id) => {
    const server = context.state.servers.get(id);
    return server === undefined ? [] : [copyRow(context, record, server)];
  });
}

function copyRow(context: StatementContext, record: DatabaseRecord, server: ServerRecord): Cells {
  const { network } = context.server;
  const running = network.reachable(context.server, server.id);
  const copy = running?.copies.get(record.id);
  const shared = sharedColumns(context, record);
  if (running === undefined) {
    return {
      ...shared,
      ...unavailableColumns,
      serverID: server.id,
    };
  }
  const committed = copy?.raft?.store.commitIndex;
  const lead = leadIndex(context.server, record.id);
  return {
    ...shared,
    serverID: server.id,
    address: server.boltAddress,
    role: copy?.role ?? record.hosts.find((host) => host.server === server.id)?.role ?? 'unknown',
    writer: copy?.raft?.isLeader === true && record.access === 'read-write',
    currentStatus: copy?.status ?? 'initial',
    statusMessage: copy?.statusMessage ?? '',
    lastCommittedTxn: transactionOf(context, committed),
    replicationLag:
      committed === undefined || lead === undefined ? null : BigInt(Math.min(0, committed - lead)),
    store: committed === undefined ? null : record.store,
  };
}

const unavailableColumns: Cells = {
  address: null,
  role: 'unknown',
  writer: false,
  currentStatus: 'unknown',
  statusMessage: 'Server is unavailable',
};

function sharedColumns(context: StatementContext, record: DatabaseRecord): Cells {
  const { cluster } = context.state;
  const { network } = context.server;
  const online = network
    .reachedFrom(context.server)
    .map(({ copies }) => copies.get(record.id))
    .filter((copy) => copy?.status === 'online');
  const home = context.user?.home ?? cluster?.defaultDatabase;
  return {
    name: record.name,
    type: 'standard',
    aliases: [],
    access: record.access,
    databaseID: record.id,
    requestedStatus: record.status,
    default: record.name === cluster?.defaultDatabase,
    home: record.name === home,
    currentPrimariesCount: BigInt(online.filter((copy) => copy?.role === 'primary').length),
    currentSecondariesCount: BigInt(online.filter((copy) => copy?.role === 'secondary').length),
    ...requestedCounts(context, record.primaries, record.secondaries),
    creationTime: new Date(record.createdAt),
    lastStartTime: record.startedAt === undefined ? null : new Date(record.startedAt),
    lastStopTime: record.stoppedAt === undefined ? null : new Date(record.stoppedAt),
    constituents: [],
    graphShards: [record.name],
    propertyShards: [],
    defaultLanguage: `CYPHER ${record.language}`,
    options: record.options,
  };
}

/** Community has no topologies to ask for. */
function requestedCounts({ server }: StatementContext, primaries: number, secondaries: number): Cells {
  if (server.configuration.edition === 'community') return {};
  return { requestedPrimariesCount: BigInt(primaries), requestedSecondariesCount: BigInt(secondaries) };
}

/** Community does not tell. */
function transactionOf({ server }: StatementContext, committed: number | undefined): SimValue {
  if (server.configuration.edition === 'community') return null;
  return committed === undefined ? null : BigInt(committed);
}

/** How far the leader of a database is, if it can be reached. */
function leadIndex(server: SimServer, id: string): number | undefined {
  const raft = server.network
    .reachedFrom(server)
    .map(({ copies }) => copies.get(id)?.raft)
    .find((member) => member?.isLeader === true);
  return raft?.store.commitIndex;
}

function systemRows(context: StatementContext): readonly Cells[] {
  const { network } = context.server;
  const formedAt = context.state.cluster?.formedAt;
  const servers = [...context.state.servers.values()].filter(({ state }) => state !== 'Dropped');
  const primaries = BigInt(servers.filter(({ systemMode }) => systemMode === 'PRIMARY').length);
  const online = servers.filter(({ id }) => network.reachable(context.server, id) !== undefined);
  const onlinePrimaries = BigInt(online.filter(({ systemMode }) => systemMode === 'PRIMARY').length);
  const lead = Math.max(
    0,
    ...network
      .reachedFrom(context.server)
      .map(({ system }) => (system?.isLeader === true ? system.store.commitIndex : 0)),
  );
  const shared: Cells = {
    name: 'system',
    type: 'system',
    aliases: [],
    access: 'read-write',
    databaseID: '00000000-0000-0000-0000-000000000001',
    requestedStatus: 'online',
    default: false,
    home: false,
    currentPrimariesCount: onlinePrimaries,
    currentSecondariesCount: BigInt(online.length) - onlinePrimaries,
    ...requestedCounts(context, Number(primaries), servers.length - Number(primaries)),
    creationTime: formedAt === undefined ? null : new Date(formedAt),
    constituents: [],
    defaultLanguage: `CYPHER ${context.server.configuration.defaultLanguage}`,
    options: {},
  };
  return servers.map((record) => {
    const running = network.reachable(context.server, record.id);
    const system = running?.system;
    if (running === undefined || system === undefined)
      return { ...shared, ...unavailableColumns, serverID: record.id };
    const committed = system.store.commitIndex;
    return {
      ...shared,
      serverID: record.id,
      address: record.boltAddress,
      role: record.systemMode.toLowerCase(),
      writer: system.isLeader,
      currentStatus: 'online',
      statusMessage: '',
      lastStartTime: new Date(running.startedAt),
      lastCommittedTxn: transactionOf(context, committed),
      replicationLag: BigInt(Math.min(0, committed - lead)),
      store: 'record-aligned-1.1',
    };
  });
}
