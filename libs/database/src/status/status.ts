import type { DatabaseObject } from '@neo4j-operator/cluster-access';
import { type DatabaseView, onlineCopies } from '@neo4j-operator/neo4j-admin';
import {
  type ConditionInput,
  type Outcome,
  type StatusFields,
  type Stored,
  TerminalError,
} from '@neo4j-operator/reconcile-kit';
import type { DatabaseAction } from '../model/actions.ts';
import type { DatabaseState } from '../model/state.ts';
import { decide, type Decision, isPaused } from '../plan/decide.ts';
import { knownReason } from '../reasons.ts';
import { overallState, shownCopies } from './copies.ts';
import { judge, type Judgement } from './judge.ts';

/** What the status of an object says. The same state gives the same status: there are no gauges and no times in it. */
export function status(
  object: Stored<DatabaseObject>,
  state: DatabaseState,
  outcome: Outcome<DatabaseAction>,
): StatusFields {
  if (object.metadata.deletionTimestamp !== undefined) return deletionStatus(object, outcome);
  const decision = decide(object, state);
  if (saysNothingNew(object, decision)) return object.status ?? {};
  const judgement = failed(judge(decision, object.spec.name), outcome.error);
  return {
    ...factsOf(object, state, decision),
    phase: phaseOf(judgement, decision),
    message: judgement.message,
    conditions: conditionsOf(judgement, isPaused(object), outcome.error),
  };
}

/** After a restart of the operator nobody has looked yet; what was seen for this generation stands until somebody has. */
function saysNothingNew({ metadata, status: previous }: Stored<DatabaseObject>, decision: Decision): boolean {
  if (decision.kind !== 'waiting' || decision.reason !== 'ClusterNotSeen') return false;
  const ready = previous?.conditions?.find(({ type }) => type === 'Ready');
  const wasSeen =
    ready !== undefined && ready.reason !== 'ClusterNotFound' && ready.reason !== 'ClusterBeingDeleted';
  return wasSeen && previous?.observedGeneration === metadata.generation;
}

/** What Neo4j refused is said instead of what was planned; other failures are tried again, and told by the engine. */
function failed(judgement: Judgement, error: Error | undefined): Judgement {
  if (!(error instanceof TerminalError)) return judgement;
  const { message, reason } = error;
  return { ready: 'False', reconciling: false, stalled: true, reason: knownReason(reason), message };
}

function conditionsOf(
  { message, ready, reason, reconciling, stalled }: Judgement,
  paused: boolean,
  error: Error | undefined,
): readonly ConditionInput[] {
  const isReady: ConditionInput = { type: 'Ready', status: ready, reason, message };
  if (error !== undefined && !(error instanceof TerminalError)) return [isReady];
  return [
    isReady,
    reconcilingCondition({ message, reason, reconciling, stalled }, paused),
    stalled
      ? { type: 'Stalled', status: 'True', reason, message }
      : { type: 'Stalled', status: 'False', reason: 'NotStalled', message: 'No change is needed to go on' },
  ];
}

function reconcilingCondition(
  { message, reason, reconciling, stalled }: Omit<Judgement, 'ready'>,
  paused: boolean,
): ConditionInput {
  const type = 'Reconciling';
  if (paused) {
    const told = 'The annotation neo4j.neo4j.com/paused is "true"; remove it to have the database worked on';
    return { type, status: 'False', reason: 'Paused', message: told };
  }
  if (stalled) return { type, status: 'False', reason: 'Stalled', message: 'Waits for a change' };
  return reconciling
    ? { type, status: 'True', reason, message }
    : { type, status: 'False', reason: 'Settled', message: 'Nothing is left to do' };
}

function phaseOf({ ready, stalled }: Judgement, decision: Decision): string {
  if (ready === 'True') return 'Ready';
  if (stalled) return 'Stalled';
  switch (decision.kind) {
    case 'stalled':
      return 'Stalled';
    case 'waiting':
      return 'Waiting';
    case 'create':
      return 'Creating';
    case 'own':
      return decision.record === undefined ? 'Updating' : 'Creating';
  }
}

/** What Neo4j says of the database; as long as that cannot be seen, what it said last. */
function factsOf(object: Stored<DatabaseObject>, { gate }: DatabaseState, decision: Decision): StatusFields {
  if (decision.kind === 'own' && gate.ready) {
    return facts(
      decision.database,
      shownCopies(decision.database, gate.view.servers, object.spec.clusterRef),
    );
  }
  if (gate.ready || gate.reason === 'ClusterNotFound' || decision.kind !== 'waiting') return {};
  return lastFacts(object);
}

function facts(database: DatabaseView, servers: ReturnType<typeof shownCopies>): StatusFields {
  const { requested } = database;
  return {
    state: overallState(database),
    servers,
    currentPrimaries: onlineCopies(database, 'primary'),
    currentSecondaries: onlineCopies(database, 'secondary'),
    ...(requested === undefined
      ? {}
      : { requestedPrimaries: requested.primaries, requestedSecondaries: requested.secondaries }),
  };
}

function lastFacts({ status: last = {} }: Stored<DatabaseObject>): StatusFields {
  const { currentPrimaries, currentSecondaries, requestedPrimaries, requestedSecondaries, servers, state } =
    last;
  return { state, servers, currentPrimaries, currentSecondaries, requestedPrimaries, requestedSecondaries };
}

/** An object that goes says what it waits for, and keeps what was known of its database. */
function deletionStatus(
  object: Stored<DatabaseObject>,
  { blocked, error, plan }: Outcome<DatabaseAction>,
): StatusFields {
  const [first] = blocked;
  const [action] = plan.actions;
  const message = first?.message ?? action?.message ?? 'the object is being deleted';
  const judgement = failed(
    { ready: 'False', reconciling: true, stalled: false, reason: 'Deleting', message },
    error,
  );
  return {
    ...lastFacts(object),
    phase: judgement.stalled ? 'Stalled' : 'Deleting',
    message: judgement.message,
    conditions: conditionsOf(judgement, false, error),
  };
}
