import { newServerRecord, sees } from './formation.ts';
import type { RaftMember } from './raft.ts';
import { copyOfCommitted } from './raft-store.ts';
import { leaderOf } from './reconciler.ts';
import type { DatabaseRecord, ServerRecord } from './records.ts';
import type { SimServer } from './server.ts';
import type { SystemChange, SystemCommand } from './system-state.ts';

/** What the leader of the system database does by itself: takes servers in, notes what has come to pass, lets dropped ones go. */
export function leadSystem(server: SimServer, system: RaftMember<SystemCommand>): void {
  if (server.state.cluster === undefined || !system.isDecided()) return;
  admit(server, system);
  const changes = [
    ...released(server),
    ...[...server.state.servers.values()].flatMap((record) => noted(server, record)),
  ];
  if (changes.length > 0) system.propose(changes);
  changeMembers(server, system);
  for (const other of server.network.reachedFrom(server)) {
    if (server.state.servers.get(other.id)?.state === 'Dropped') other.hearDropped();
  }
}

/** New servers that see a member become Free, or Enabled at once if that is the rule here. */
function admit(leader: SimServer, system: RaftMember<SystemCommand>): void {
  const { network } = leader;
  const members = network.servers.filter(({ id, isMember }) => isMember && leader.state.servers.has(id));
  for (const server of network.reachedFrom(leader)) {
    if (server.system !== undefined || server.volume.dropped) continue;
    if (!members.some((member) => sees(server, member))) continue;
    if (!leader.state.servers.has(server.id)) {
      const state = leader.state.cluster?.enablesFreeServers === true ? 'Enabled' : 'Free';
      const record = newServerRecord(server, state);
      if (system.propose([{ kind: 'server', record }]) !== 'committed') return;
    }
    server.join(copyOfCommitted(system.store));
  }
}

/** The system primaries that are known and not dropped are the members of the group. */
function changeMembers(leader: SimServer, system: RaftMember<SystemCommand>): void {
  const { members } = system;
  const wanted = [...leader.state.servers.values()]
    .filter(({ state, systemMode }) => systemMode === 'PRIMARY' && state !== 'Dropped')
    .map(({ id }) => id);
  const joined = wanted.find(
    (id) => !members.includes(id) && leader.network.reachable(leader, id)?.system !== undefined,
  );
  const gone = members.find((id) => !wanted.includes(id) && id !== leader.id);
  if (joined !== undefined) {
    if (system.changeMembers([...members, joined]) === 'committed') leader.network.touch();
  } else if (gone !== undefined) {
    if (system.changeMembers(members.filter((id) => id !== gone)) === 'committed') leader.network.touch();
  }
}

/** What has changed about a server without a statement. */
function noted(leader: SimServer, record: ServerRecord): readonly SystemChange[] {
  const running = leader.network.reachable(leader, record.id);
  if (record.state === 'Deallocating' && isEmpty(leader, record.id)) {
    return [{ kind: 'server', record: { ...record, state: 'Deallocated' } }];
  }
  if (running === undefined) return [];
  const { boltAddress, httpAddress, httpsAddress } = running.configuration;
  const isSame =
    record.boltAddress === boltAddress &&
    record.httpAddress === httpAddress &&
    record.httpsAddress === httpsAddress;
  return isSame ? [] : [{ kind: 'server', record: { ...record, boltAddress, httpAddress, httpsAddress } }];
}

/** Copies that servers were to give up and that nobody needs any more. */
function released(leader: SimServer): readonly SystemChange[] {
  return [...leader.state.databases.values()].flatMap((database) =>
    [...(leader.state.leaving.get(database.id) ?? [])]
      .filter((server) => isReleased(leader, database, server))
      .map((server) => ({ kind: 'released', database: database.id, server }) as const),
  );
}

/**
 * Whether a database is whole without the copy of a server. Of a server that cannot be reached only the group can tell: its leader says
 * that it no longer counts on that one, and that all who are to have a copy have it. Without a leader, so while the database is stopped,
 * nobody can tell, and what the server has may be all there is.
 */
function isReleased(leader: SimServer, database: DatabaseRecord, server: string): boolean {
  const store = leader.network.reachable(leader, server)?.volume.databases.get(database.id);
  if (store !== undefined) return false;
  // There never was anything in it.
  if (database.seed.kind === 'failed') return true;
  const raft = leaderOf(leader, database.id);
  if (database.status === 'offline' || raft?.isDecided() !== true) return false;
  if (raft.members.includes(server)) return false;
  // A member has got the data before it became one. Of a secondary one has to see it.
  return database.hosts.every(({ role, server: host }) =>
    role === 'primary' ? raft.members.includes(host) : holds(leader, host, database.id),
  );
}

function holds(leader: SimServer, server: string, database: string): boolean {
  return leader.network.reachable(leader, server)?.volume.databases.has(database) === true;
}

/** Whether there is no copy on a server, nobody waits for one to go, and no group counts on it. */
function isEmpty(leader: SimServer, id: string): boolean {
  const running = leader.network.reachable(leader, id);
  if (running !== undefined && running.copies.size + running.volume.databases.size > 0) return false;
  return [...leader.state.databases.values()].every(
    (database) =>
      !database.hosts.some(({ server }) => server === id) &&
      leader.state.leaving.get(database.id)?.has(id) !== true &&
      leaderOf(leader, database.id)?.members.includes(id) !== true,
  );
}
