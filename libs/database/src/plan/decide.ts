import { annotations, type DatabaseObject } from '@neo4j-operator/cluster-access';
import { type FieldError, formatFieldError } from '@neo4j-operator/api-types';
import type { DatabaseView, Topology } from '@neo4j-operator/neo4j-admin';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import type { DatabaseState, Gate } from '../model/state.ts';
import type { Reason } from '../reasons.ts';
import { type Identity, identify } from './identity.ts';
import { decideTopology, type Held } from './topology.ts';

/** What is to become of a database, before any step is planned. Plan and status follow from the same decision. */
export type Decision =
  /** Somebody has to change something first. */
  | { readonly kind: 'stalled'; readonly reason: Reason; readonly message: string }
  /** Something else has to happen first. */
  | { readonly kind: 'waiting'; readonly reason: Reason; readonly message: string }
  | {
      readonly kind: 'create';
      readonly topology: Topology;
      readonly held: Held | undefined;
      /** The id of a database that was kept under this name and is gone. */
      readonly lostId: string | undefined;
    }
  | {
      readonly kind: 'own';
      readonly database: DatabaseView;
      readonly id: string;
      readonly record: Extract<Identity, { kind: 'ours' }>['record'];
      readonly change: Change | undefined;
      readonly held: Held | undefined;
    };

/** What Neo4j is to be asked for next. */
export type Change =
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'topology'; readonly topology: Topology };

/** Decides about an object that is not being deleted. */
export function decide(object: Stored<DatabaseObject>, state: DatabaseState): Decision {
  const { cluster, gate, ownedBy, problems } = state;
  const [problem] = problems;
  if (problem !== undefined) return stalled('InvalidSpec', sentenceOf(problem, problems.length));
  if (ownedBy !== undefined) {
    return stalled(
      'Duplicate',
      `the database ${object.spec.name} belongs to the Neo4jDatabase ${ownedBy}; delete one of the two objects`,
    );
  }
  if (!gate.ready) return { kind: 'waiting', reason: gate.reason, message: gate.message };
  if (cluster === undefined) throw new TypeError('a cluster that is ready has an object');
  const identity = identify(object, gate.view, state.keptId);
  if (identity.kind === 'ours') return own(object, identity, cluster.spec, gate);
  if (identity.kind === 'absent') return create(object, state, cluster.spec, gate);
  return unresolved(object, identity);
}

/** Whether the user wants the object looked at and not acted for. */
export function isPaused(object: Stored<DatabaseObject>): boolean {
  return object.metadata.annotations?.[annotations.paused] === 'true';
}

type OpenGate = Extract<Gate, { ready: true }>;
type ClusterSpec = NonNullable<DatabaseState['cluster']>['spec'];

function create(
  object: Stored<DatabaseObject>,
  { keptId, refusal }: DatabaseState,
  cluster: ClusterSpec,
  { edition, view }: OpenGate,
): Decision {
  const { name } = object.spec;
  if (name === cluster.topology.defaultDatabase.name) {
    return {
      kind: 'waiting',
      reason: 'DefaultDatabaseMissing',
      message: `the default database ${name} is made when the cluster forms and is not there yet`,
    };
  }
  if (edition === 'community') {
    return stalled(
      'UnsupportedEdition',
      `spec.name: Community Edition has no other database than ${cluster.topology.defaultDatabase.name}; use that name, or Enterprise Edition`,
    );
  }
  const { held, target } = decideTopology({
    spec: object.spec,
    cluster,
    edition,
    servers: view.servers,
    current: undefined,
  });
  if (target !== undefined && refusal !== undefined) return stalled(refusal.reason, refusal.message);
  if (target !== undefined) return { kind: 'create', topology: target, held, lostId: keptId };
  if (held === undefined) throw new TypeError('a topology that cannot be had has a reason');
  return held.final
    ? stalled(held.reason, held.message)
    : { kind: 'waiting', reason: held.reason, message: held.message };
}

function own(
  object: Stored<DatabaseObject>,
  { database, id, record }: Extract<Identity, { kind: 'ours' }>,
  cluster: ClusterSpec,
  { edition, view }: OpenGate,
): Decision {
  if (edition === 'community' && object.spec.state === 'offline') {
    return stalled(
      'UnsupportedEdition',
      'spec.state: Community Edition cannot stop a database; set it to online, or use Enterprise Edition',
    );
  }
  const { held, target } = decideTopology({
    spec: object.spec,
    cluster,
    edition,
    servers: view.servers,
    current: database.requested,
  });
  return { kind: 'own', database, id, record, held, change: changeFor(object.spec.state, database, target) };
}

/** One thing at a time; copies are made and removed only while the database is started. */
function changeFor(
  wanted: DatabaseObject['spec']['state'],
  { requested, requestedStatus }: DatabaseView,
  target: Topology | undefined,
): Change | undefined {
  if (requestedStatus === 'unknown') return undefined;
  if (requestedStatus !== wanted) return { kind: wanted === 'online' ? 'start' : 'stop' };
  if (wanted === 'offline' || requested === undefined || target === undefined) return undefined;
  return isSame(requested, target) ? undefined : { kind: 'topology', topology: target };
}

function unresolved(
  object: Stored<DatabaseObject>,
  identity: Exclude<Identity, { kind: 'ours' | 'absent' }>,
): Decision {
  const { name } = object.spec;
  switch (identity.kind) {
    case 'foreign':
      return stalled('DatabaseExists', foreignMessage(name, identity.database));
    case 'alias':
      return stalled(
        'NameIsAlias',
        `spec.name: ${name} is an alias of the database ${identity.of}; drop the alias or choose another name`,
      );
    case 'changed':
      return stalled(
        'IdentityChanged',
        `the database ${name} has the id ${identity.id}, and the one that was made for this object had ${identity.recordedId}; nothing is done ` +
          `to it. To take it over remove the annotation ${annotations.databaseId} and set spec.adoptExisting: true`,
      );
    case 'lost':
      return stalled(
        'DatabaseLost',
        `the database ${name} with the id ${identity.recordedId} is gone from this cluster; restore it, or to begin with an empty one remove ` +
          `the annotation ${annotations.databaseId}`,
      );
    case 'unclear':
      return { kind: 'waiting', reason: 'DatabaseUnavailable', message: identity.message };
  }
}

function foreignMessage(name: string, { type }: DatabaseView): string {
  if (type === 'standard' || type === 'unknown') {
    return `spec.name: the database ${name} is there and was not made for this object; set spec.adoptExisting: true to take it over, or choose another name`;
  }
  return `spec.name: ${name} is a database of the type ${type}, which cannot be taken over; choose another name`;
}

function sentenceOf(problem: FieldError, count: number): string {
  const more = count > 1 ? ` (and ${count - 1} more)` : '';
  return formatFieldError(problem) + more;
}

function stalled(reason: Reason, message: string): Decision {
  return { kind: 'stalled', reason, message };
}

function isSame(a: Topology, b: Topology): boolean {
  return a.primaries === b.primaries && a.secondaries === b.secondaries;
}
