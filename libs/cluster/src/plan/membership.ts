import type { ServerView } from '@neo4j-operator/neo4j-admin';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import { type Claim, claims } from '../model/resources.ts';
import type { ClusterState, ServerState } from '../model/state.ts';
import { editionOf, viewOf } from './members.ts';
import { isUntouchable } from './server-progress.ts';
import { doing, joined, nothing, type Step, target } from './steps.ts';

/**
 * Identities onto claims, then Free servers into the cluster. A server is enabled by the id on its claim and not in the pass that writes it there.
 *
 * If the process dies between the two, the server is Free and hosts nothing; the next pass knows it by its id. Who was cordoned, is being
 * emptied or was dropped is left to whoever did that.
 */
export function planMembership(state: ClusterState): Step {
  if (viewOf(state) === undefined || editionOf(state) === 'community') return nothing;
  const servers = state.servers.filter((server) => !isUntouchable(state, server));
  return joined([
    ...servers.map((server) => forServer(server, (claim, row) => recordIdentity(state, server, claim, row))),
    ...servers.map((server) => forServer(server, (claim, row) => enableServer(state, server, claim, row))),
  ]);
}

function forServer({ claim, row }: ServerState, plan: (claim: Stored<Claim>, row: ServerView) => Step): Step {
  return claim === undefined || row === undefined ? nothing : plan(claim, row);
}

function recordIdentity(
  state: ClusterState,
  { name, recordedId }: ServerState,
  { metadata }: Stored<Claim>,
  { id, state: known }: ServerView,
): Step {
  if (recordedId !== undefined || known === 'Dropped' || known === 'unknown') return nothing;
  return doing({
    kind: 'RecordIdentity',
    target: target(state, claims, name),
    risk: 'none',
    precondition: { uid: metadata.uid },
    reason: 'IdentityUnrecorded',
    message: `write the id ${id} of server ${name} onto its claim`,
    serverId: id,
  });
}

function enableServer(
  state: ClusterState,
  { name, pool, recordedId }: ServerState,
  { metadata }: Stored<Claim>,
  { health, id, state: known }: ServerView,
): Step {
  if (recordedId !== id || known !== 'Free' || health !== 'Available') return nothing;
  const modeConstraint = pool === 'primary' ? 'NONE' : 'SECONDARY';
  return doing({
    kind: 'EnableServer',
    target: target(state, claims, name),
    risk: 'none',
    precondition: { uid: metadata.uid },
    reason: 'ServerFree',
    message: `enable server ${name} (${id}) with mode constraint ${modeConstraint}`,
    serverId: id,
    modeConstraint,
  });
}
