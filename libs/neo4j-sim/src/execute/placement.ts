import { type Candidate, mayHost, placeCopies } from '../model/allocator.ts';
import type { Allocation, DatabaseRecord } from '../model/records.ts';
import { type SystemChange, type SystemState, applyCommand } from '../model/system-state.ts';
import type { StatementContext } from './context.ts';

/** A copy that goes from one server to another. */
export interface Move {
  readonly database: string;
  readonly from: string;
  readonly to: string;
  readonly role: string;
}

/** The servers that may be given new copies: enabled and available. */
export function candidates({ server, state }: StatementContext): readonly Candidate[] {
  return [...state.servers.values()]
    .filter(
      (record) => record.state === 'Enabled' && server.network.reachable(server, record.id) !== undefined,
    )
    .map((record) => ({ server: record, load: hostedOn(state, record.id).length }));
}

/** Databases that are to be on a server. */
export function hostedOn(state: SystemState, server: string): readonly string[] {
  return [...state.databases.values()]
    .filter(({ hosts }) => hosts.some((host) => host.server === server))
    .map(({ name }) => name);
}

/** Finds new places for all copies that may not stay. Either all of them have one or nothing changes. */
export function replaceCopies(
  context: StatementContext,
  stays: (database: DatabaseRecord, host: Allocation) => boolean,
):
  | { readonly ok: true; readonly changes: readonly SystemChange[]; readonly moves: readonly Move[] }
  | { readonly ok: false; readonly message: string } {
  const changes: SystemChange[] = [];
  const moves: Move[] = [];
  let { state } = context;
  for (const database of context.state.databases.values()) {
    const keep = database.hosts.filter((host) => stays(database, host));
    if (keep.length === database.hosts.length) continue;
    const placed = placeCopies({
      database: database.name,
      // As many as there are: what was placed best effort stays so.
      primaries: database.hosts.filter(({ role }) => role === 'primary').length,
      secondaries: database.hosts.filter(({ role }) => role === 'secondary').length,
      keep,
      candidates: candidates({ ...context, state }),
    });
    if (!placed.ok) return placed;
    const change: SystemChange = { kind: 'database', record: { ...database, hosts: placed.hosts } };
    changes.push(change);
    // So that the next database sees who has got copies already.
    state = applyCommand(state, [change]);
    moves.push(...movesBetween(database, placed.hosts));
  }
  return { ok: true, changes, moves };
}

/** Places for a database with these numbers, the copies that it has staying where they may. */
export function placementFor(
  context: StatementContext,
  database: Pick<DatabaseRecord, 'hosts' | 'name' | 'primaries' | 'secondaries'>,
): ReturnType<typeof placeCopies> {
  const keep = database.hosts.filter(({ role, server }) => {
    const record = context.state.servers.get(server);
    return record !== undefined && mayHost(record.options, database.name, role);
  });
  return placeCopies({
    database: database.name,
    primaries: database.primaries,
    secondaries: database.secondaries,
    keep,
    candidates: candidates(context),
  });
}

function movesBetween(before: DatabaseRecord, after: readonly Allocation[]): readonly Move[] {
  const gone = before.hosts.filter((host) => !after.some((other) => other.server === host.server));
  const come = after.filter((host) => !before.hosts.some((other) => other.server === host.server));
  return gone.map((host) => {
    const fitting = come.findIndex(({ role }) => role === host.role);
    const [target] = come.splice(Math.max(0, fitting), 1);
    return { database: before.name, from: host.server, to: target?.server ?? host.server, role: host.role };
  });
}
