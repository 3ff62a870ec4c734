import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DatabaseState } from '../model/state.ts';
import {
  arbitraryObject,
  arbitraryState,
  copyOn,
  databaseObject,
  databaseView,
  type ObjectOptions,
  openGate,
  server,
  stateWith,
  threeServers,
  uid,
} from '../states.spec-helper.ts';
import { decide } from './decide.ts';
import { identify } from './identity.ts';
import { plan } from './plan.ts';

interface Case {
  readonly when: string;
  readonly spec?: Parameters<typeof databaseObject>[0];
  readonly object?: ObjectOptions;
  readonly state?: Partial<DatabaseState>;
  /** Kinds of actions, in order. */
  readonly actions: readonly string[];
  /** Of the decision, if it is one to wait or to stall. */
  readonly reason?: string;
}

const there = { gate: openGate([databaseView()]) };

describe('what is done for an object', () => {
  it.each<Case>([
    { when: 'there is no database', actions: ['CreateDatabase'] },
    { when: 'the database was being made', object: { creating: uid }, actions: ['CreateDatabase'] },
    {
      when: 'it was made, and that is not noted yet',
      object: { creating: uid },
      state: there,
      actions: ['RecordIdentity'],
    },
    {
      when: 'it is noted, and the first note is still there',
      object: { creating: uid, recordedId: 'id-1' },
      state: there,
      actions: ['RecordIdentity'],
    },
    {
      when: 'the first note was copied from another object',
      object: { creating: 'uid-of-another' },
      state: there,
      actions: [],
      reason: 'DatabaseExists',
    },
    { when: 'all is well', object: { recordedId: 'id-1' }, state: there, actions: [] },
    {
      when: 'somebody else has made it',
      state: there,
      actions: [],
      reason: 'DatabaseExists',
    },
    {
      when: 'it may be taken over',
      spec: { adoptExisting: true },
      state: there,
      actions: ['RecordIdentity'],
    },
    { when: 'it was kept', state: { ...there, keptId: 'id-1' }, actions: ['RecordIdentity'] },
    {
      when: 'another one was kept',
      state: { ...there, keptId: 'id-2' },
      actions: [],
      reason: 'DatabaseExists',
    },
    {
      when: 'it is the default database',
      state: { gate: openGate([databaseView({ isDefault: true })]) },
      actions: ['RecordIdentity'],
    },
    {
      when: 'what is there is a composite database',
      spec: { adoptExisting: true },
      state: { gate: openGate([databaseView({ type: 'composite' })]) },
      actions: [],
      reason: 'DatabaseExists',
    },
    {
      when: 'the name is an alias',
      state: { gate: openGate([databaseView({ name: 'films', aliases: ['movies'] })]) },
      actions: [],
      reason: 'NameIsAlias',
    },
    {
      when: 'it is another one than was noted',
      object: { recordedId: 'id-2' },
      spec: { adoptExisting: true },
      state: there,
      actions: [],
      reason: 'IdentityChanged',
    },
    {
      when: 'the one that was noted is gone',
      object: { recordedId: 'id-1' },
      actions: [],
      reason: 'DatabaseLost',
    },
    {
      when: 'the one that was noted is not seen, and a server is down',
      object: { recordedId: 'id-1' },
      state: { gate: openGate([], [...threeServers, server(4, { health: 'Unavailable' })]) },
      actions: [],
      reason: 'DatabaseUnavailable',
    },
    {
      when: 'no server that is up tells its id',
      state: { gate: openGate([databaseView({ id: undefined })]) },
      actions: [],
      reason: 'DatabaseUnavailable',
    },
    {
      when: 'another object has it',
      state: { ownedBy: 'films' },
      actions: [],
      reason: 'Duplicate',
    },
    {
      when: 'the spec is wrong',
      state: {
        problems: [{ field: 'spec.name', reason: 'Invalid', message: 'is wrong', remedy: 'correct it' }],
      },
      actions: [],
      reason: 'InvalidSpec',
    },
    {
      when: 'the cluster is not there',
      state: { cluster: undefined, gate: { ready: false, reason: 'ClusterNotFound', message: 'none' } },
      actions: [],
      reason: 'ClusterNotFound',
    },
    {
      when: 'the default database has not been made by the cluster yet',
      spec: { name: 'neo4j' },
      actions: [],
      reason: 'DefaultDatabaseMissing',
    },
    {
      when: 'it is to be stopped, and changed as well',
      object: { recordedId: 'id-1' },
      spec: { state: 'offline', topology: { primaries: 5 } },
      state: there,
      actions: ['StopDatabase'],
    },
    {
      when: 'it is to be started',
      object: { recordedId: 'id-1' },
      state: { gate: openGate([databaseView({ requestedStatus: 'offline' })]) },
      actions: ['StartDatabase'],
    },
    {
      when: 'it is stopped and is to have other copies when it is started',
      object: { recordedId: 'id-1' },
      spec: { state: 'offline', topology: { primaries: 2 } },
      state: { gate: openGate([databaseView({ requestedStatus: 'offline' })]) },
      actions: [],
    },
    {
      when: 'it is to have other copies',
      object: { recordedId: 'id-1' },
      spec: { topology: { primaries: 2, secondaries: 1 } },
      state: there,
      actions: ['SetTopology'],
    },
    {
      when: 'a copy is down',
      object: { recordedId: 'id-1' },
      state: {
        gate: openGate(
          [databaseView({ copies: [copyOn(1), copyOn(2), copyOn(3, { status: 'unknown' })] })],
          [server(1), server(2), server(3, { health: 'Unavailable' })],
        ),
      },
      actions: [],
    },
    {
      when: 'it is taken over and changed',
      spec: { adoptExisting: true, topology: { primaries: 2 } },
      state: there,
      actions: ['RecordIdentity', 'SetTopology'],
    },
    { when: 'it is paused', object: { paused: true }, actions: [] },
    {
      when: 'Community Edition is asked for a second database',
      state: { gate: openGate([], [], 'community') },
      actions: [],
      reason: 'UnsupportedEdition',
    },
    {
      when: 'Community Edition is asked to stop its database',
      spec: { adoptExisting: true, state: 'offline' },
      state: { gate: openGate([databaseView()], [], 'community') },
      actions: [],
      reason: 'UnsupportedEdition',
    },
  ])('when $when', ({ actions, object: options, reason, spec, state }) => {
    const object = databaseObject(spec, options);
    const observed = stateWith(state);
    expect(plan(object, observed).actions.map(({ kind }) => kind)).toEqual(actions);
    const decision = decide(object, observed);
    expect('reason' in decision ? decision.reason : undefined).toBe(reason);
  });

  it('is done to nothing but its own database, and by no clock', () => {
    fc.assert(
      fc.property(arbitraryObject(false), arbitraryState, (object, state) => {
        const { actions, requeueAfterMs } = plan(object, state);
        expect(requeueAfterMs).toBeUndefined();
        if (actions.length === 0) return;
        if (!state.gate.ready) throw new Error('nothing can be done to a cluster that is not ready');
        expect(state.ownedBy).toBeUndefined();
        const identity = identify(object, state.gate.view, state.keptId);
        for (const action of actions) {
          if (action.kind === 'CreateDatabase') expect(identity.kind).toBe('absent');
          else expect(identity).toMatchObject({ kind: 'ours', id: 'id' in action ? action.id : '' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
