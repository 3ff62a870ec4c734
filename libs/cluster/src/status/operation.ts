import type { Neo4jEnterpriseClusterStatus } from '@neo4j-operator/api-types';
import type { ClusterObject } from '@neo4j-operator/cluster-access';
import type { ClusterState, ServerState } from '../model/state.ts';
import { editionOf, viewOf } from '../plan/members.ts';
import type { Progress } from '../plan/progress.ts';
import type { ServerStep } from '../plan/server-progress.ts';
import type { Diagnosis } from './diagnosis.ts';

/** What is done to the cluster as a whole. */
export type Operation = NonNullable<Neo4jEnterpriseClusterStatus['operation']>;

/**
 * What is under way. It keeps its id while it lasts; one whose record is lost is found again by what there is, under a new id. What is
 * held back does not begin, and what has begun does not end by being held back.
 */
export function operationOf(
  object: ClusterObject,
  state: ClusterState,
  progress: Progress,
  diagnosis: Diagnosis,
): Operation | undefined {
  if (object.metadata.deletionTimestamp !== undefined) return undefined;
  const previous = object.status?.operation;
  if (previous === undefined && progress.held !== undefined) return undefined;
  const isOpen =
    hasNewcomers(state, progress) || (previous !== undefined && hasLooseEnds(progress, diagnosis));
  if (!isOpen) return undefined;
  const step = stepOf(progress);
  return previous === undefined
    ? { type: typeOf(state, progress), id: state.newId, step, startedAt: wholeSeconds(state.now) }
    : { ...previous, step };
}

/** Servers that are still to be made, to join or to be enabled. One that is merely down is none. */
function hasNewcomers(state: ClusterState, { isFormed, counts: { missing } }: Progress): boolean {
  if (!isFormed || missing.primary + missing.secondary > 0) return true;
  if (editionOf(state) === 'community') return false;
  return state.servers.some(({ recordedId, row }) => recordedId === undefined || row?.state === 'Free');
}

/** What an operation that has begun still waits for: newcomers to be well, and the default database to have its copies. */
function hasLooseEnds({ defaultTopology }: Progress, { pending }: Diagnosis): boolean {
  return pending.length > 0 || defaultTopology.kind === 'differs';
}

/** Servers are added to a cluster, and one without a server that has come through all steps is still forming. */
function typeOf(state: ClusterState, { isFormed }: Progress): Operation['type'] {
  const isMember = ({ recordedId, row }: ServerState) =>
    recordedId !== undefined && (viewOf(state) === undefined || row?.state === 'Enabled');
  return isFormed && state.servers.some(isMember) ? 'ScaleOut' : 'Form';
}

/** The words for people, in the order of the steps. */
const steps: readonly (readonly [step: string, of: readonly ServerStep[]])[] = [
  ['MakeServers', ['Claim', 'Objects']],
  ['StartPods', ['Pod', 'Start']],
  ['Join', ['Join', 'Identity']],
  ['EnableServers', ['Enable', 'Available']],
];

function stepOf({ counts: { missing }, servers }: Progress): string {
  // The step of the server that is furthest behind, of a cluster that gets one server after the other.
  const open = steps.find(([, of]) => servers.some(({ step }) => of.includes(step)));
  if (open !== undefined) return open[0];
  return missing.primary + missing.secondary > 0 ? 'MakeServers' : 'PlaceDatabases';
}

function wholeSeconds(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
