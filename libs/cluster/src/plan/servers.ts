import { compareQuantities } from '@neo4j-operator/api-types';
import type { ClusterObject } from '@neo4j-operator/cluster-access';
import { canonicalQuantity, type Stored } from '@neo4j-operator/reconcile-kit';
import type { ClusterAction } from '../model/actions.ts';
import { formationOf } from '../model/formation.ts';
import { type Claim, claims } from '../model/resources.ts';
import type { ClusterState, ServerState } from '../model/state.ts';
import { renderClaim } from '../render/index.ts';
import { hasLostVolume, isFormed, strangersAt } from './members.ts';
import type { PlanPorts } from './ports.ts';
import { existingObjects, newObjects, type ServerObjects } from './server-objects.ts';
import { doing, held, ifAllowed, joined, nothing, type Step, target } from './steps.ts';
import { nextServers, type NewServer, serverCounts } from './wanted.ts';

/** What is to be done for servers, and which ConfigMaps that makes or keeps. */
export interface ServersStep extends Step {
  /** Names of all ConfigMaps that the servers should have now. */
  readonly configMaps: ReadonlySet<string>;
}

/**
 * The objects of servers that exist and, as long as the cluster has not formed, of all that are missing.
 *
 * For each server, if the process dies after
 * - the claim: a number is taken and an empty volume may be bound; no pod, no password in use. The claim says all that the next pass needs.
 * - the ConfigMap: as before; nothing names it. The next pass renders the same, or collects it if the spec has changed.
 * - the Service: as before; a name that nothing answers to.
 * - the StatefulSet: the pod starts, initialises its volume with the bootstrap password, which is kept, and waits for the others. If its node
 *   dies now, the pod comes back with the same volume, settings and password.
 *
 * A template is only ever changed for the next start of the pod: StatefulSets are `OnDelete`.
 */
export function planServers(
  object: Stored<ClusterObject>,
  state: ClusterState,
  ports: PlanPorts,
): ServersStep {
  const joining = isFormed(state) ? [] : nextServers(state);
  const names = new Set<string>();
  const steps = [
    ...state.servers
      .filter((server) => !isBeingAdded(state, server))
      .map((server) => existingServer(object, state, server, ports, joining, names)),
    ...joining.map((server) => newServer(object, state, server, ports, joining, names)),
    surplus(state),
    isFormed(state) ? nothing : tooManyToForm(state, joining),
  ];
  return { ...joined(steps), configMaps: names };
}

/**
 * One more server for a cluster that has formed, or what is still missing of it. The others learn of it in the next pass, when its claim exists: a
 * server that cannot be made must not be looked for by those that start.
 */
export function planScaleOut(object: Stored<ClusterObject>, state: ClusterState, ports: PlanPorts): Step {
  if (!isFormed(state)) return nothing;
  const begun = state.servers
    .filter((server) => isBeingAdded(state, server))
    .map((server) => existingServer(object, state, server, ports, [], new Set()));
  return joined([...begun, nextServer(object, state, ports)]);
}

/** Whether a server of a cluster that has formed never had a pod: what keeps it from being made must not keep the others from being looked after. */
function isBeingAdded(state: ClusterState, { recordedId, statefulSet }: ServerState): boolean {
  return statefulSet === undefined && recordedId === undefined && isFormed(state);
}

function nextServer(object: Stored<ClusterObject>, state: ClusterState, ports: PlanPorts): Step {
  const [server] = nextServers(state);
  if (server === undefined) return nothing;
  const allowed = ifAllowed(createClaim(object, state, server), state);
  return allowed.blocked.length > 0 ? allowed : newServer(object, state, server, ports, [server], new Set());
}

function existingServer(
  object: Stored<ClusterObject>,
  state: ClusterState,
  server: ServerState,
  ports: PlanPorts,
  joining: readonly NewServer[],
  names: Set<string>,
): Step {
  const { claim, name } = server;
  if (hasLostVolume(state, server)) return held('VolumeLost', 'CreateClaim', lostVolume(name));
  const strangers = strangersAt(state, server);
  if (strangers.length > 0) return held('IdentityChanged', 'Apply', changedIdentity(server, strangers));
  return joined([
    claim === undefined ? doing(createClaim(object, state, server)) : growClaim(state, server, claim),
    noted(existingObjects(object, state, server, ports, joining), names),
  ]);
}

function newServer(
  object: Stored<ClusterObject>,
  state: ClusterState,
  server: NewServer,
  ports: PlanPorts,
  joining: readonly NewServer[],
  names: Set<string>,
): Step {
  return joined([
    doing(createClaim(object, state, server)),
    noted(newObjects(object, state, server, ports, joining), names),
  ]);
}

/** The executor reads live and never takes over: it can tell a claim of ours from somebody else's, which a precondition cannot. */
function createClaim(
  cluster: Stored<ClusterObject>,
  state: ClusterState,
  { name, number, pool, systemMode }: Pick<NewServer, 'name' | 'number' | 'pool' | 'systemMode'>,
): ClusterAction {
  const formation = state.formation ?? formationOf(state.spec);
  return {
    kind: 'CreateClaim',
    target: target(state, claims, name),
    risk: 'none',
    reason: isFormed(state) ? 'ScalingOut' : 'Forming',
    message: `make the claim for the volume of server ${name}, which is to be in the ${pool} pool`,
    ...(isFormed(state) ? { rules: ['everythingSettled'] } : {}),
    number,
    pool,
    systemMode,
    formation,
    claim: renderClaim({ cluster, number, pool, systemMode, formation }),
  };
}

function growClaim(state: ClusterState, { name }: ServerState, claim: Stored<Claim>): Step {
  const { size } = state.spec.storage;
  const { storage } = claim.spec.resources.requests;
  if ((compareQuantities(size, storage) ?? 0) <= 0) return nothing;
  // Only a bound claim may be changed; when it is, the watch brings the next pass.
  if (claim.status?.phase === 'Pending') return nothing;
  return doing({
    kind: 'GrowClaim',
    target: target(state, claims, name),
    risk: 'none',
    precondition: { uid: claim.metadata.uid },
    reason: 'VolumeTooSmall',
    message: `ask for ${size} instead of ${storage} for the volume of server ${name}`,
    size: canonicalQuantity(size),
  });
}

function noted({ configMap, step }: ServerObjects, names: Set<string>): Step {
  if (configMap !== undefined) names.add(configMap);
  return step;
}

function surplus(state: ClusterState): Step {
  const { existing, surplus: more, wanted } = serverCounts(state);
  const pools = (['primary', 'secondary'] as const).filter((pool) => more[pool] > 0);
  if (pools.length === 0) return nothing;
  const fields = pools.map((pool) => {
    const field = pool === 'primary' ? 'primaries' : 'secondaries';
    return `spec.topology.${field} is ${wanted[pool]} and there are ${existing[pool]} servers: set it to ${existing[pool]}`;
  });
  return held('ScaleInNotAvailable', 'CreateClaim', `servers are not removed yet; ${fields.join('; ')}`);
}

/** The spec may have grown since the first claim was made. Enough servers for two majorities must not look for each other. */
function tooManyToForm(state: ClusterState, joining: readonly NewServer[]): Step {
  const { primary, secondary } = serverCounts(state).missing;
  const later = primary + secondary - joining.length;
  if (later === 0) return nothing;
  return held(
    'NotFormed',
    'CreateClaim',
    `${later} more servers wait until the others have formed a cluster`,
  );
}

function lostVolume(name: string): string {
  return (
    `server ${name} has lost its volume: the claim ${name} is gone or being deleted, and an empty one would hide the loss. ` +
    `Restore the claim ${name} from a snapshot with its labels and annotations; or give the server up: have databases with as many copies ` +
    `as there are servers ask for one less, run DEALLOCATE DATABASES FROM SERVER and DROP SERVER with its id, then delete the StatefulSet ` +
    `${name}, and another server takes its place`
  );
}

function changedIdentity({ name, recordedId }: ServerState, strangers: readonly string[]): string {
  return (
    `server ${name} is ${recordedId ?? 'unknown'} by its claim, and ${strangers.join(', ')} answers at its address: ` +
    `the volume has other data than before. Put the right volume back under the claim ${name}`
  );
}
