import { type DatabaseObject, databases } from '@neo4j-operator/cluster-access';
import type { Topology } from '@neo4j-operator/neo4j-admin';
import { keyOf, type Plan, type Stored } from '@neo4j-operator/reconcile-kit';
import type { DatabaseAction } from '../model/actions.ts';
import type { DatabaseState } from '../model/state.ts';
import type { Reason } from '../reasons.ts';
import { basisOf } from '../refusals.ts';
import { type Change, decide, type Decision, isPaused } from './decide.ts';

/** What is to be done for an object that is not being deleted. Nothing is ever done by the clock: changes bring the next pass. */
export function plan(object: Stored<DatabaseObject>, state: DatabaseState): Plan<DatabaseAction> {
  if (isPaused(object)) return { actions: [] };
  const decision = decide(object, state);
  switch (decision.kind) {
    case 'waiting':
    case 'stalled':
      return { actions: [] };
    case 'create':
      return {
        actions: [creation(object, decision, basisOf(object.metadata.generation, state.gate))],
        ...blocked('SetTopology', decision.held),
      };
    case 'own':
      return {
        actions: [...recording(object, decision), ...changing(object, decision)],
        ...blocked('SetTopology', decision.held),
      };
  }
}

/** The parts that every action has. */
export function step(
  object: Stored<DatabaseObject>,
  reason: Reason,
  message: string,
): {
  readonly target: DatabaseAction['target'];
  readonly reason: Reason;
  readonly message: string;
  readonly precondition: { readonly uid: string };
} {
  return {
    target: { resource: databases, key: keyOf(object) },
    reason,
    message,
    precondition: { uid: object.metadata.uid },
  };
}

function creation(
  object: Stored<DatabaseObject>,
  { lostId, topology }: Extract<Decision, { kind: 'create' }>,
  basis: string,
): DatabaseAction {
  const message = `the database ${object.spec.name} is made with ${shown(topology)}`;
  return {
    kind: 'CreateDatabase',
    risk: 'none',
    topology,
    lostId,
    basis,
    ...step(object, 'Creating', message),
  };
}

function recording(
  object: Stored<DatabaseObject>,
  { id, record }: Extract<Decision, { kind: 'own' }>,
): readonly DatabaseAction[] {
  if (record === undefined) return [];
  const adopted = record === 'adopted';
  const message = adopted
    ? `the database ${object.spec.name} with the id ${id} is taken over`
    : `the id ${id} of the database ${object.spec.name} is noted`;
  return [
    {
      kind: 'RecordIdentity',
      risk: 'none',
      id,
      adopted,
      ...step(object, adopted ? 'Adopting' : 'Creating', message),
    },
  ];
}

function changing(
  object: Stored<DatabaseObject>,
  { change, database, id }: Extract<Decision, { kind: 'own' }>,
): readonly DatabaseAction[] {
  if (change === undefined) return [];
  const { name } = object.spec;
  const reason = reasonOf(change);
  switch (change.kind) {
    case 'start':
      return [
        {
          kind: 'StartDatabase',
          risk: 'none',
          id,
          ...step(object, reason, `the database ${name} is started`),
        },
      ];
    case 'stop':
      return [
        {
          kind: 'StopDatabase',
          risk: 'restart',
          id,
          ...step(object, reason, `the database ${name} is stopped`),
        },
      ];
    case 'topology': {
      const before = database.requested === undefined ? 'its default' : shown(database.requested);
      const message = `the database ${name} is changed from ${before} to ${shown(change.topology)}`;
      return [
        {
          kind: 'SetTopology',
          risk: 'none',
          id,
          topology: change.topology,
          ...step(object, reason, message),
        },
      ];
    }
  }
}

/** As what a change is told of. */
export function reasonOf(change: Change): 'Starting' | 'Stopping' | 'ChangingTopology' {
  switch (change.kind) {
    case 'start':
      return 'Starting';
    case 'stop':
      return 'Stopping';
    case 'topology':
      return 'ChangingTopology';
  }
}

function blocked(
  action: DatabaseAction['kind'],
  held: { readonly reason: string; readonly message: string } | undefined,
): Pick<Plan<DatabaseAction>, 'blocked'> {
  return held === undefined ? {} : { blocked: [{ rule: held.reason, message: held.message, action }] };
}

function shown({ primaries, secondaries }: Topology): string {
  return `${primaries} primar${primaries === 1 ? 'y' : 'ies'} and ${secondaries} secondar${secondaries === 1 ? 'y' : 'ies'}`;
}
