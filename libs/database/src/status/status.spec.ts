import { describe, expect, it } from '@jest/globals';
import { neo4jDatabase } from '@neo4j-operator/api-types';
import {
  type Condition,
  type ConditionInput,
  type Outcome,
  TerminalError,
} from '@neo4j-operator/reconcile-kit';
import fc from 'fast-check';
import type { DatabaseAction } from '../model/actions.ts';
import type { DatabaseState } from '../model/state.ts';
import { planDeletion } from '../plan/deletion.ts';
import { plan } from '../plan/plan.ts';
import { reasons } from '../reasons.ts';
import {
  arbitraryObject,
  arbitraryState,
  clusterObject,
  copyOn,
  databaseObject,
  databaseView,
  openGate,
  server,
  stateWith,
} from '../states.spec-helper.ts';
import { status } from './status.ts';

const ours = { recordedId: 'id-1' };
const there = stateWith({ gate: openGate([databaseView()]) });
const unseen: DatabaseState['gate'] = { ready: false, reason: 'ClusterNotSeen', message: 'not yet' };

function outcomeOf(
  object: Parameters<typeof plan>[0],
  state: DatabaseState,
  error?: Error,
): Outcome<DatabaseAction> {
  const planned =
    object.metadata.deletionTimestamp === undefined ? plan(object, state) : planDeletion(object, state);
  return { plan: planned, executed: [], blocked: planned.blocked ?? [], error };
}

interface Said {
  readonly [field: string]: unknown;
  readonly conditions: Readonly<Record<string, ConditionInput | undefined>>;
}

function said(object: Parameters<typeof plan>[0], state: DatabaseState, error?: Error): Said {
  const { conditions = [], ...fields } = status(object, state, outcomeOf(object, state, error));
  const named = new Map(conditions.map((condition) => [condition.type, condition]));
  return { ...fields, conditions: Object.fromEntries(named) };
}

describe('the status', () => {
  it('has a writer for each field of the schema', () => {
    const fields = Object.keys(neo4jDatabase.schema.properties?.['status']?.properties ?? {});
    const { conditions, ...others } = said(databaseObject({}, ours), there);
    // The generation is the toolkit's.
    const written = ['conditions', 'observedGeneration', ...Object.keys(others)];
    expect(Object.keys(conditions)).not.toEqual([]);
    expect(fields.toSorted()).toEqual(written.toSorted());
  });

  it('of a database that is well has its copies and numbers', () => {
    expect(said(databaseObject({}, ours), there)).toEqual({
      state: 'online',
      phase: 'Ready',
      message: '3 of 3 primaries online',
      servers: [1, 2, 3].map((number) => ({ name: `graph-${number}`, role: 'primary', state: 'online' })),
      currentPrimaries: 3,
      currentSecondaries: 0,
      requestedPrimaries: 3,
      requestedSecondaries: 0,
      conditions: {
        Ready: { type: 'Ready', status: 'True', reason: 'Online', message: '3 of 3 primaries online' },
        Reconciling: {
          type: 'Reconciling',
          status: 'False',
          reason: 'Settled',
          message: 'Nothing is left to do',
        },
        Stalled: {
          type: 'Stalled',
          status: 'False',
          reason: 'NotStalled',
          message: 'No change is needed to go on',
        },
      },
    });
  });

  it.each([
    {
      when: 'a copy is missing',
      database: databaseView({
        copies: [
          copyOn(1),
          copyOn(2),
          copyOn(3, { status: 'unknown', statusMessage: 'Server is unavailable' }),
        ],
      }),
      reason: 'CopiesMissing',
      message: '2 of 3 primaries online; Server is unavailable',
    },
    {
      when: 'no copy leads',
      database: databaseView({ copies: [1, 2, 3].map((number) => copyOn(number, { writer: false })) }),
      reason: 'NoWriter',
      message: 'no copy of the database movies takes writes; 3 of 3 primaries online',
    },
    {
      when: 'it is being changed',
      database: databaseView({ requested: { primaries: 2, secondaries: 1 } }),
      reason: 'ChangingTopology',
      message: 'copies are being made or removed: 3 of 2 primaries and 0 of 1 secondary online',
    },
    {
      when: 'it is being started',
      database: databaseView({ requestedStatus: 'offline' }),
      reason: 'Starting',
      message: 'the database is being started: 3 of 3 primaries online',
    },
  ])('says what is under way when $when', ({ database, message, reason }) => {
    const { conditions } = said(databaseObject({}, ours), stateWith({ gate: openGate([database]) }));
    expect(conditions).toMatchObject({
      Ready: { status: 'False', reason, message },
      Reconciling: { status: 'True', reason },
      Stalled: { status: 'False' },
    });
  });

  it('names a server that is none of ours by its id, and never one by the address of a dropped one', () => {
    const copies = [copyOn(2), copyOn(1), copyOn(9, { address: 'elsewhere:7687' }), copyOn(9)];
    const servers = [
      server(1, { id: 'old', name: 'old', state: 'Dropped' }),
      server(1),
      server(2, { address: undefined }),
      server(9, { address: 'elsewhere:7687' }),
    ];
    const view = databaseView({ copies });
    const shown = said(databaseObject({}, ours), stateWith({ gate: openGate([view], servers) }))['servers'];
    expect((shown as readonly { readonly name: string }[]).map(({ name }) => name)).toEqual([
      'graph-1',
      'graph-2',
      'server-9',
    ]);
  });

  it('waits for servers that are to come, and asks for a change if none are', () => {
    const object = databaseObject({ topology: { primaries: 5 } }, ours);
    expect(said(object, { ...there, cluster: clusterObject(5) }).conditions).toMatchObject({
      Ready: { reason: 'TopologyImpossible' },
      Reconciling: { status: 'True', reason: 'TopologyImpossible' },
      Stalled: { status: 'False' },
    });
    expect(said(object, there).conditions).toMatchObject({
      Ready: { reason: 'TopologyImpossible' },
      Reconciling: { status: 'False', reason: 'Stalled' },
      Stalled: { status: 'True', reason: 'TopologyImpossible' },
    });
  });

  it('keeps what was seen while the cluster does not answer, and says that nobody knows', () => {
    const last = { state: 'online', currentPrimaries: 3, servers: [{ name: 'graph-1' }] };
    const object = databaseObject({}, { ...ours, status: last });
    const gate = { ready: false, reason: 'ClusterUnreachable', message: 'down' } as const;
    expect(said(object, stateWith({ gate }))).toMatchObject({
      ...last,
      phase: 'Waiting',
      conditions: { Ready: { status: 'Unknown', reason: 'ClusterUnreachable', message: 'down' } },
    });
    const gone = { ready: false, reason: 'ClusterNotFound', message: 'none' } as const;
    expect(said(object, stateWith({ cluster: undefined, gate: gone }))).not.toHaveProperty('servers');
  });

  it('stands after a restart until somebody has looked, unless the spec has changed', () => {
    const ready: Condition = {
      type: 'Ready',
      status: 'True',
      reason: 'Online',
      message: 'well',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    const before = { observedGeneration: 1, state: 'online', conditions: [ready] };
    const state = stateWith({ gate: unseen });
    const object = databaseObject({}, { ...ours, status: before });
    expect(status(object, state, outcomeOf(object, state))).toEqual(before);
    const changed = databaseObject({}, { ...ours, status: { ...before, observedGeneration: 0 } });
    expect(said(changed, state).conditions['Ready']).toMatchObject({ reason: 'ClusterNotSeen' });
  });

  it('says what Neo4j has refused, and leaves it to the engine to tell of what is tried again', () => {
    const object = databaseObject();
    const refused = said(object, stateWith(), new TerminalError('LimitReached', 'too many'));
    expect(refused).toMatchObject({
      phase: 'Stalled',
      conditions: {
        Ready: { status: 'False', reason: 'LimitReached' },
        Stalled: { status: 'True', reason: 'LimitReached', message: 'too many' },
      },
    });
    const { conditions } = said(object, stateWith(), new Error('reset'));
    expect(Object.keys(conditions)).toEqual(['Ready']);
  });

  it('says what a deleted object waits for', () => {
    const object = databaseObject({ deletionPolicy: 'Drop' }, { ...ours, deleting: true });
    const gate = { ready: false, reason: 'ClusterUnreachable', message: 'down' } as const;
    const state = stateWith({ gate, deletion: { release: 'wait', graceLeftMs: 1000 } });
    expect(said(object, state)).toMatchObject({
      phase: 'Deleting',
      message: 'down',
      conditions: { Ready: { reason: 'Deleting', message: 'down' }, Reconciling: { status: 'True' } },
    });
  });

  it.each([false, true])(
    'is the same for the same state, in reasons of the catalogue; deleting: %s',
    (deleting) => {
      fc.assert(
        fc.property(arbitraryObject(deleting), arbitraryState, (object, state) => {
          const outcome = outcomeOf(object, state);
          const once = status(object, state, outcome);
          expect(status(object, state, outcome)).toEqual(once);
          const types = (once.conditions ?? []).map(({ type }) => type);
          expect(types).toEqual(['Ready', 'Reconciling', 'Stalled']);
          for (const { message, reason } of once.conditions ?? []) {
            expect(Object.keys(reasons)).toContain(reason);
            expect(message).not.toBe('');
          }
          const [ready, reconciling, stalled] = once.conditions ?? [];
          if (ready?.status === 'True')
            expect([reconciling?.status, stalled?.status]).toEqual(['False', 'False']);
        }),
        { numRuns: 500 },
      );
    },
  );
});
