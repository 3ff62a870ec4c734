// Whether the servers see each other, by what each of them says itself.
import type { ClusterState, ServerState } from '../model/state.ts';
import { runningContainer } from '../plan/members.ts';
import { isOver, lookedFor } from './member-trouble.ts';
import type { Times } from './pod-trouble.ts';
import type { Trouble } from './trouble.ts';

/**
 * Groups of servers that do not know each other, though both sides have been asked. A cluster that can be seen counts as one more that was
 * asked. Two groups are the worst that can happen, so the answer must be certain: a server that sees one of each ties them together.
 */
export function splitTrouble(state: ClusterState): Trouble | undefined {
  const views = [...state.views.values(), ...seenIds(state)].filter((ids) => ids.length > 0);
  if (groupsOf(views) < 2) return undefined;
  return {
    reason: 'ClusterSplit',
    isLasting: true,
    servers: [],
    what: `groups of servers do not know each other: ${whoSeesWhom(state)}`,
    remedy:
      'check the network between the pods, and delete no volume before you know which group has your data',
  };
}

/** Why a cluster does not form although processes run. */
export function formationTrouble(state: ClusterState, times: Times): Trouble | undefined {
  const { formation, servers } = state;
  if (formation === undefined || formation.edition === 'community') return undefined;
  const running = servers.filter(
    (server) => server.systemMode === 'PRIMARY' && runningContainer(server.pod) !== undefined,
  );
  if (running.length < formation.bootstrapCount) return undefined;
  const [first] = running;
  return {
    reason: 'ServersDoNotMeet',
    isLasting: running.every((server) => isOver(server, times)),
    servers: running.map(({ name }) => name),
    what: [
      `${running.length} run, ${formation.bootstrapCount} have to meet before a cluster forms (dbms.cluster.minimum_initial_system_primaries_count)`,
      first === undefined ? '' : lookedFor(first),
      state.views.size === 0 ? '' : `; ${whoSeesWhom(state)}`,
    ].join(''),
    remedy: 'check that the pods reach each other on ports 6000 and 7000 and that these names resolve',
  };
}

/** `a-1 sees a-1, a-2; a-3 sees a-3`, each server under its name if that is known. */
function whoSeesWhom({ servers, views }: ClusterState): string {
  const names = new Map(servers.flatMap((server) => idsOf(server).map((id) => [id, server.name])));
  const nameOf = (id: string) => names.get(id) ?? id;
  return [...views]
    .sort(([a], [b]) => a - b)
    .map(([number, ids]) => {
      const asked = servers.find((server) => server.number === number)?.name ?? String(number);
      const seen = ids.map(nameOf).sort();
      return `${asked} sees ${seen.length === 0 ? 'nobody' : seen.join(', ')}`;
    })
    .join('; ');
}

function idsOf({ recordedId, row }: ServerState): readonly string[] {
  return [recordedId, row?.id].filter((id) => id !== undefined);
}

/** What the connected part says, without servers that are out for good. */
function seenIds({ sight }: ClusterState): readonly (readonly string[])[] {
  return sight.kind === 'seen'
    ? [sight.view.servers.filter(({ state }) => state !== 'Dropped').map(({ id }) => id)]
    : [];
}

/** How many sets remain if all that have an element in common are joined. */
function groupsOf(views: readonly (readonly string[])[]): number {
  let groups: readonly (readonly string[])[] = [];
  for (const ids of views) {
    const isTouching = (group: readonly string[]) => group.some((id) => ids.includes(id));
    groups = [...groups.filter((group) => !isTouching(group)), [...groups.filter(isTouching).flat(), ...ids]];
  }
  return groups.length;
}
