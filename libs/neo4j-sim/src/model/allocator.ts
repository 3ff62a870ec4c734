import type { Allocation, CopyRole, ServerOptions, ServerRecord } from './records.ts';

/** A server that may get copies, and how many it has. */
export interface Candidate {
  readonly server: ServerRecord;
  readonly load: number;
}

/** What is to be placed, and what stays where it is if it can. */
export interface PlacementRequest {
  readonly database: string;
  readonly primaries: number;
  readonly secondaries: number;
  readonly keep: readonly Allocation[];
  readonly candidates: readonly Candidate[];
}

export type Placement =
  | { readonly ok: true; readonly hosts: readonly Allocation[] }
  | { readonly ok: false; readonly message: string };

/** Whether a server's options let it have such a copy. */
export function mayHost(options: ServerOptions, database: string, role: CopyRole): boolean {
  const { allowedDatabases, deniedDatabases, modeConstraint } = options;
  if (modeConstraint !== 'NONE' && modeConstraint.toLowerCase() !== role) return false;
  if (deniedDatabases.some((pattern) => matches(pattern, database))) return false;
  return allowedDatabases.length === 0 || allowedDatabases.some((pattern) => matches(pattern, database));
}

/**
 * Finds servers for all copies of a database: those that have one keep it, the others go to servers with few copies, and first to those
 * that can take nothing else. Never two on one server.
 */
export function placeCopies(request: PlacementRequest): Placement {
  const hosts: Allocation[] = [
    ...request.keep.filter(({ role }) => role === 'primary').slice(0, request.primaries),
    ...request.keep.filter(({ role }) => role === 'secondary').slice(0, request.secondaries),
  ];
  for (const [role, wanted] of [
    ['primary', request.primaries],
    ['secondary', request.secondaries],
  ] as const) {
    while (hosts.filter((host) => host.role === role).length < wanted) {
      const server = next(request, role, hosts) ?? displaced(request, role, hosts);
      if (server === undefined) {
        return {
          ok: false,
          message: `Could not find ${wanted} servers for the ${role} copies of the database '${request.database}'.`,
        };
      }
      hosts.push({ server, role });
    }
  }
  return { ok: true, hosts };
}

/** The best server without a copy. */
function next(
  { candidates, database }: PlacementRequest,
  role: CopyRole,
  taken: readonly Allocation[],
): string | undefined {
  const free = candidates.filter(
    ({ server }) =>
      mayHost(server.options, database, role) && !taken.some((host) => host.server === server.id),
  );
  const [best] = free.sort(
    (a, b) =>
      constrained(b.server) - constrained(a.server) ||
      a.load - b.load ||
      (a.server.id < b.server.id ? -1 : 1),
  );
  return best?.server.id;
}

/** A secondary that becomes a primary; a new secondary is looked for afterwards. */
function displaced(
  { candidates, database }: PlacementRequest,
  role: CopyRole,
  hosts: Allocation[],
): string | undefined {
  if (role === 'secondary') return undefined;
  const index = hosts.findIndex(
    (host) =>
      host.role === 'secondary' &&
      candidates.some(({ server }) => server.id === host.server && mayHost(server.options, database, role)),
  );
  return hosts.splice(index, index < 0 ? 0 : 1)[0]?.server;
}

function constrained({ options }: ServerRecord): number {
  return options.modeConstraint === 'NONE' ? 0 : 1;
}

/** Names may have `*` and `?` in them from 2025.12. */
function matches(pattern: string, database: string): boolean {
  const expression = pattern
    .split('')
    .map((character) => {
      if (character === '*') return '.*';
      return character === '?' ? '.' : character.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${expression}$`, 'i').test(database);
}
