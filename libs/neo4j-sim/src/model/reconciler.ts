import { DatabaseCopy } from './copy.ts';
import { RaftMember } from './raft.ts';
import { type RaftStore, copyOfCommitted, foundingStore } from './raft-store.ts';
import type { CopyRole, DatabaseRecord } from './records.ts';
import type { SimServer } from './server.ts';

/** Brings the copies on a server one step nearer to what its system database wants, as far as that is due. */
export function reconcile(server: SimServer): void {
  const { clock, timings } = server.network;
  const now = clock.monotonic();
  const wanted = new Map([...server.state.databases.values()].map((record) => [record.id, record]));
  for (const record of wanted.values()) {
    const role = record.hosts.find((host) => host.server === server.id)?.role;
    if (role === undefined || server.copies.has(record.id)) continue;
    const dueAt = now + timings.reconcileMs;
    server.copies.set(record.id, new DatabaseCopy(record.id, record.name, role, dueAt, record.restarts));
    server.network.touchIn(timings.reconcileMs);
  }
  for (const id of server.volume.databases.keys()) {
    // Left over from before a restart: the database is gone, or the copy had to go.
    const record = wanted.get(id);
    const name = server.volume.databases.get(id)?.name ?? '';
    if (!server.copies.has(id) && record !== undefined) {
      server.copies.set(id, new DatabaseCopy(id, name, 'primary', now, record.restarts));
    } else if (record === undefined && !server.copies.has(id)) {
      server.volume.databases.delete(id);
    }
  }
  for (const copy of server.copies.values()) {
    const record = wanted.get(copy.id);
    const role = record?.hosts.find((host) => host.server === server.id)?.role;
    if (record === undefined) dropped(server, copy);
    else if (role === undefined) leaving(server, copy, record);
    else staying(server, copy, record, role);
  }
}

function staying(server: SimServer, copy: DatabaseCopy, record: DatabaseRecord, role: CopyRole): void {
  const { timings } = server.network;
  copy.role = role;
  const broken = server.faults.copies.get(copy.name);
  if (broken !== undefined && copy.status === 'online') {
    copy.raft = undefined;
    copy.status = broken;
  }
  const isDue = server.network.clock.monotonic() >= copy.dueAt;
  switch (copy.status) {
    case 'initial':
      if (isDue) firstStep(server, copy, record);
      return;
    case 'store copying':
      // Nobody is left to copy from.
      if (record.status === 'offline') copy.status = 'offline';
      else if (isDue) finishStoreCopy(server, copy, record);
      return;
    case 'starting':
      if (!isDue) return;
      if (record.status === 'offline') copy.status = 'offline';
      else goOnline(server, copy);
      server.network.touch();
      return;
    case 'stopping':
      if (isDue) copy.status = 'offline';
      return;
    case 'offline':
      if (record.status === 'online' && record.seed.kind !== 'failed') {
        const hasStore = server.volume.databases.has(record.id);
        if (hasStore) enter(server, copy, 'starting', timings.reconcileMs + timings.startMs);
        else enter(server, copy, 'initial', timings.reconcileMs);
      }
      return;
    case 'deallocating':
      // Taken back before it was gone.
      copy.status = 'online';
      return;
    case 'dirty':
    case 'quarantined':
      if (broken === undefined) enter(server, copy, 'starting', timings.startMs);
      return;
    case 'online':
      if (record.status === 'offline') {
        copy.raft = undefined;
        enter(server, copy, 'stopping', timings.reconcileMs);
      } else if (copy.restarts !== record.restarts) {
        copy.restarts = record.restarts;
        copy.raft = undefined;
        enter(server, copy, 'starting', timings.reconcileMs + timings.startMs);
      } else if (copy.raft !== undefined && !copy.raft.members.includes(server.id)) {
        pull(server, copy);
      }
  }
}

/** What a copy begins with: what is on the volume, what all founders begin with, or a copy from another server. */
function firstStep(server: SimServer, copy: DatabaseCopy, record: DatabaseRecord): void {
  const { timings } = server.network;
  const { databases, givenUp } = server.volume;
  if (record.seed.kind === 'failed') {
    copy.status = 'offline';
    copy.statusMessage = record.seed.message;
    return;
  }
  if (databases.has(record.id)) {
    enter(server, copy, 'starting', timings.startMs);
    return;
  }
  if (record.founders.includes(server.id) && !givenUp.has(record.id)) {
    const probes = record.seed.kind === 'probes' ? record.seed.ids : [];
    databases.set(record.id, { name: record.name, raft: foundingStore(record.founders, probes) });
    enter(server, copy, 'starting', timings.startMs);
    return;
  }
  const size = sourceOf(server, copy)?.store.commitIndex ?? 0;
  enter(server, copy, 'store copying', timings.storeCopyMs + size * timings.storeCopyMsPerProbe);
}

function finishStoreCopy(server: SimServer, copy: DatabaseCopy, record: DatabaseRecord): void {
  const { timings } = server.network;
  const source = sourceOf(server, copy);
  if (source === undefined) {
    enter(server, copy, 'store copying', timings.heartbeatMs);
    return;
  }
  server.volume.databases.set(record.id, { name: record.name, raft: copyOfCommitted(source.store) });
  enter(server, copy, 'starting', timings.startMs);
}

/** Where to copy from: a primary that can be reached, the one with the most if there are several. */
function sourceOf(server: SimServer, copy: DatabaseCopy): RaftMember<string> | undefined {
  let best: RaftMember<string> | undefined;
  for (const other of server.network.reachedFrom(server)) {
    const raft = other.copies.get(copy.id)?.raft;
    if (other === server || raft?.members.includes(other.id) !== true) continue;
    if (best === undefined || raft.store.commitIndex > best.store.commitIndex) best = raft;
  }
  return best;
}

function pull(server: SimServer, copy: DatabaseCopy): void {
  const source = sourceOf(server, copy);
  if (source !== undefined) copy.raft?.learnFrom(source);
}

/** The cluster wants the copy elsewhere: it goes when the group no longer counts on it. */
function leaving(server: SimServer, copy: DatabaseCopy, record: DatabaseRecord): void {
  copy.status = 'deallocating';
  const hasStore = server.volume.databases.has(copy.id);
  if (hasStore && copy.raft === undefined && record.status === 'online') start(server, copy);
  const leader = leaderOf(server, copy.id);
  if (hasStore && (leader === undefined || !isReleased(server, leader, record))) return;
  remove(server, copy);
  server.volume.givenUp.add(copy.id);
}

/** Who leads a database, as far as a server can reach: of several the one that was elected last. */
export function leaderOf(server: SimServer, database: string): RaftMember<string> | undefined {
  return server.network
    .reachedFrom(server)
    .map((other) => other.copies.get(database)?.raft)
    .filter((raft) => raft?.isLeader === true)
    .sort((a, b) => (b?.store.term ?? 0) - (a?.store.term ?? 0))[0];
}

function isReleased(server: SimServer, leader: RaftMember<string>, record: DatabaseRecord): boolean {
  const { members } = leader;
  if (members.includes(server.id) || !leader.isDecided()) return false;
  // A secondary stays until its replacement is there.
  return record.hosts.every(({ server: id }) => {
    const host = server.network.reachable(server, id);
    return host === undefined || host.copies.get(record.id)?.status === 'online';
  });
}

/** The database no longer exists. */
function dropped(server: SimServer, copy: DatabaseCopy): void {
  const { clock, timings } = server.network;
  if (copy.status !== 'stopping') {
    copy.raft = undefined;
    enter(server, copy, 'stopping', timings.reconcileMs);
  }
  if (clock.monotonic() >= copy.dueAt) remove(server, copy);
}

function remove(server: SimServer, copy: DatabaseCopy): void {
  copy.raft = undefined;
  server.copies.delete(copy.id);
  server.volume.databases.delete(copy.id);
  server.network.touch();
}

function enter(server: SimServer, copy: DatabaseCopy, status: DatabaseCopy['status'], forMs: number): void {
  copy.status = status;
  copy.dueAt = server.network.clock.monotonic() + forMs;
  server.network.touchIn(forMs);
}

function goOnline(server: SimServer, copy: DatabaseCopy): void {
  copy.status = 'online';
  const isFirst = server.volume.databases.get(copy.id)?.raft.term === 0;
  start(server, copy);
  // A new group need not wait for the absence of a leader to be noticed.
  if (isFirst) copy.raft?.campaign();
}

/** Opens the store. */
function start(server: SimServer, copy: DatabaseCopy): void {
  const store: RaftStore<string> | undefined = server.volume.databases.get(copy.id)?.raft;
  if (store === undefined) return;
  const { network } = server;
  copy.probes.clear();
  copy.raft = new RaftMember(server.id, store, {
    now: () => network.clock.monotonic(),
    rng: network.rng,
    detectionWindow: network.timings.detectionWindow,
    electionWindow: network.timings.electionWindow,
    peer: (id) => network.reachable(server, id)?.copies.get(copy.id)?.raft,
    apply: (content) => {
      if (content.kind === 'command') copy.probes.add(content.command);
    },
    elected: (term) => {
      network.emit({ kind: 'elected', database: copy.id, server: server.id, term });
      network.touch();
    },
  });
}
