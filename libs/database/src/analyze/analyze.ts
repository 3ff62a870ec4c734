import {
  claimantsOf,
  type ClusterAccess,
  clusterGate,
  clusterOfDatabase,
  clusters,
  configMaps,
  type DatabaseObject,
  databases,
  objectNames,
  ownerOfName,
  releaseGraceMs,
  releaseVerdict,
  type Sight,
  waitedForMs,
} from '@neo4j-operator/cluster-access';
import { objectKey, type PassContext, type Stored } from '@neo4j-operator/reconcile-kit';
import type { DatabaseState, Gate } from '../model/state.ts';
import { isHolder } from '../plan/identity.ts';
import { basisOf, type Refusals } from '../refusals.ts';
import { validateDatabase } from '../validate.ts';

/** What databases need beside Kubernetes. */
export interface DatabasePorts {
  /** Sessions are opened by whoever reconciles clusters. */
  readonly access: Pick<ClusterAccess, 'changes$' | 'get' | 'startedAt'>;
}

/** Reads what there is to know about an object. It asks Neo4j nothing by itself: what a cluster says is read once for all its objects. */
export async function analyze(
  object: Stored<DatabaseObject>,
  context: PassContext,
  { access }: DatabasePorts,
  refusals: Refusals,
): Promise<DatabaseState> {
  const clusterKey = clusterOfDatabase(object);
  const cluster = context.lister(clusters).get(clusterKey);
  const session = access.get(clusterKey);
  const mayBeReady = cluster !== undefined && cluster.metadata.deletionTimestamp === undefined;
  const sight = mayBeReady && session !== undefined ? await session.fresh(context.signal) : session?.sight;
  const gate = gateOf(object.spec.clusterRef, cluster, session, sight);
  const { deletionTimestamp, generation, uid } = object.metadata;
  if (deletionTimestamp !== undefined) refusals.forget(uid);
  return {
    problems: validateDatabase(object).errors,
    cluster,
    gate,
    ownedBy: otherOwner(object, context),
    keptId: keptIdOf(object, context),
    refusal: gate.ready ? refusals.find(uid, () => basisOf(generation, gate)) : undefined,
    deletion: deletionOf(object, cluster, sight, context, access),
  };
}

function gateOf(
  name: string,
  cluster: DatabaseState['cluster'],
  session: ReturnType<DatabasePorts['access']['get']>,
  sight: Sight = { kind: 'unknown' },
): Gate {
  const gate = clusterGate(name, cluster, session, sight);
  if (!gate.ready) return gate;
  const { edition, version } = gate.session.target;
  return { ready: true, view: gate.view, version, edition };
}

/**
 * Who has a database keeps it; among those that have none, and among those that say so of the same one, the oldest gets it. An object
 * whose `clusterRef` is corrected would otherwise take a database from one that is younger.
 */
function otherOwner(object: Stored<DatabaseObject>, { lister }: PassContext): string | undefined {
  const claimants = [...claimantsOf(lister(databases), clusterOfDatabase(object), object.spec.name)];
  const holders = claimants.filter(isHolder);
  const owner = ownerOfName(holders.length > 0 ? holders : claimants);
  return owner === undefined || owner.metadata.uid === object.metadata.uid ? undefined : owner.metadata.name;
}

function keptIdOf(object: Stored<DatabaseObject>, { lister }: PassContext): string | undefined {
  const { clusterRef, name } = object.spec;
  const record = lister(configMaps).get(
    objectKey(object.metadata.namespace, objectNames.keptDatabases(clusterRef)),
  );
  const data = record?.data ?? {};
  return Object.hasOwn(data, name) ? data[name] : undefined;
}

function deletionOf(
  object: Stored<DatabaseObject>,
  cluster: DatabaseState['cluster'],
  sight: Sight | undefined,
  { clock }: PassContext,
  access: DatabasePorts['access'],
): DatabaseState['deletion'] {
  if (object.metadata.deletionTimestamp === undefined) return undefined;
  const deletedForMs = waitedForMs(object, sight, access, clock);
  return {
    release: releaseVerdict({ cluster, sight, deletedForMs }),
    graceLeftMs: Math.max(0, releaseGraceMs - deletedForMs),
  };
}
