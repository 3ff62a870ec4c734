import type { DatabaseObject } from '@neo4j-operator/cluster-access';
import type { Plan, Stored } from '@neo4j-operator/reconcile-kit';
import type { DatabaseAction } from '../model/actions.ts';
import type { DatabaseState } from '../model/state.ts';
import { isPaused } from './decide.ts';
import { claimOf, identify, type Identity } from './identity.ts';
import { step } from './plan.ts';

const nothingLeft: Plan<DatabaseAction> = { actions: [] };

/**
 * What is left to do before an object may go. A database that is not certainly the one made for this object is never touched.
 */
export function planDeletion(object: Stored<DatabaseObject>, state: DatabaseState): Plan<DatabaseAction> {
  const claim = claimOf(object);
  if (state.ownedBy !== undefined || (claim.recordedId === undefined && !claim.creating)) return nothingLeft;
  if (isPaused(object)) {
    return held('Paused', 'the annotation neo4j.neo4j.com/paused is "true"; remove it to have the object go');
  }
  const identity = state.gate.ready ? identify(object, state.gate.view, state.keptId) : undefined;
  return object.spec.deletionPolicy === 'Drop'
    ? planDrop(object, state, identity)
    : planRetention(object, state, identity);
}

/** Which database it was is remembered even if the cluster cannot be seen, or is gone itself: its volumes may come back. */
function planRetention(
  object: Stored<DatabaseObject>,
  state: DatabaseState,
  identity: Identity | undefined,
): Plan<DatabaseAction> {
  const { recordedId } = claimOf(object);
  switch (identity?.kind) {
    case 'ours':
      return remember(object, state, identity.id);
    case undefined:
    case 'unclear':
      return recordedId === undefined
        ? unreachable(object, state, identity)
        : remember(object, state, recordedId);
    case 'foreign':
    case 'changed':
    case 'absent':
    case 'lost':
    case 'alias':
      return nothingLeft;
  }
}

function remember(
  object: Stored<DatabaseObject>,
  { keptId }: DatabaseState,
  id: string,
): Plan<DatabaseAction> {
  if (keptId === id) return nothingLeft;
  const message = `the database ${object.spec.name} stays, and its id ${id} is remembered for an object of the same name`;
  return { actions: [{ kind: 'KeepRecord', risk: 'none', id, ...step(object, 'Keeping', message) }] };
}

function planDrop(
  object: Stored<DatabaseObject>,
  state: DatabaseState,
  identity: Identity | undefined,
): Plan<DatabaseAction> {
  const { name } = object.spec;
  switch (identity?.kind) {
    case undefined:
    case 'unclear':
      return unreachable(object, state, identity);
    case 'ours': {
      if (identity.database.isDefault) {
        return release(
          object,
          'DefaultDatabaseKept',
          `the default database ${name} stays: it is never dropped`,
        );
      }
      const message = `the database ${name} with the id ${identity.id} is dropped with its data`;
      return {
        actions: [
          { kind: 'DropDatabase', risk: 'data', id: identity.id, ...step(object, 'Dropping', message) },
        ],
      };
    }
    case 'changed':
      return release(
        object,
        'IdentityChanged',
        `the database ${name} stays: its id is ${identity.id}, and the one made for this object had ${identity.recordedId}`,
      );
    case 'lost':
      return forget(object, state, identity.recordedId);
    case 'absent':
    case 'alias':
    case 'foreign':
      return nothingLeft;
  }
}

function forget(object: Stored<DatabaseObject>, { keptId }: DatabaseState, id: string): Plan<DatabaseAction> {
  if (keptId !== id) return nothingLeft;
  const message = `the database ${object.spec.name} with the id ${id} is gone, so it is not remembered any more`;
  return { actions: [{ kind: 'ForgetKept', risk: 'none', id, ...step(object, 'Dropping', message) }] };
}

/** The cluster does not tell, so what was to be done cannot be. */
function unreachable(
  object: Stored<DatabaseObject>,
  { deletion, gate }: DatabaseState,
  identity: Extract<Identity, { kind: 'unclear' }> | undefined,
): Plan<DatabaseAction> {
  const why = gate.ready ? (identity?.message ?? '') : gate.message;
  const { graceLeftMs = 0, release: verdict = 'wait' } = deletion ?? {};
  if (typeof verdict === 'object' || graceLeftMs <= 0) {
    const reason = typeof verdict === 'object' ? verdict.release : 'GraceOver';
    return release(object, reason, `the database ${object.spec.name} was left as it is: ${why}`);
  }
  return {
    ...held(gate.ready ? 'DatabaseUnavailable' : gate.reason, why),
    requeueAfterMs: graceLeftMs,
  };
}

function release(
  object: Stored<DatabaseObject>,
  reason: 'ClusterGone' | 'ClusterDeleted' | 'GraceOver' | 'DefaultDatabaseKept' | 'IdentityChanged',
  message: string,
): Plan<DatabaseAction> {
  return { actions: [{ kind: 'Release', risk: 'none', ...step(object, reason, message) }] };
}

function held(rule: string, message: string): Plan<DatabaseAction> {
  return { actions: [], blocked: [{ rule, message, action: 'Release' }] };
}
