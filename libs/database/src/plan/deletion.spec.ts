import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DatabaseState } from '../model/state.ts';
import {
  arbitraryObject,
  arbitraryState,
  databaseObject,
  databaseView,
  type ObjectOptions,
  openGate,
  server,
  stateWith,
  threeServers,
  uid,
} from '../states.spec-helper.ts';
import { planDeletion } from './deletion.ts';

const ours = { recordedId: 'id-1' };
const there = { gate: openGate([databaseView()]) };
const waiting = { deletion: { release: 'wait', graceLeftMs: 1000 } } as const;
const unreachable = {
  gate: { ready: false, reason: 'ClusterUnreachable', message: 'down' },
  ...waiting,
} as const;

interface Case {
  readonly when: string;
  readonly object?: ObjectOptions;
  readonly state?: Partial<DatabaseState>;
  /** `KeepRecord`, `Release/GraceOver`; `wait`; nothing: the object goes. */
  readonly retain: string;
  readonly drop: string;
}

function outcomeOf(policy: 'Retain' | 'Drop', { object, state }: Case): string {
  const { actions, blocked, requeueAfterMs } = planDeletion(
    databaseObject({ deletionPolicy: policy }, { ...object, deleting: true }),
    stateWith({ deletion: { release: 'work', graceLeftMs: 1000 }, ...state }),
  );
  if (requeueAfterMs !== undefined) return 'wait';
  if (blocked !== undefined) return 'held';
  return actions.map(({ kind, reason }) => (kind === 'Release' ? `${kind}/${reason}` : kind)).join();
}

describe('before an object goes', () => {
  it.each<Case>([
    { when: 'nothing was made for it', state: there, retain: '', drop: '' },
    { when: 'its database is there', object: ours, state: there, retain: 'KeepRecord', drop: 'DropDatabase' },
    {
      when: 'its database is remembered',
      object: ours,
      state: { ...there, keptId: 'id-1' },
      retain: '',
      drop: 'DropDatabase',
    },
    { when: 'its database is gone', object: ours, retain: '', drop: '' },
    {
      when: 'its database is gone and remembered',
      object: ours,
      state: { keptId: 'id-1' },
      retain: '',
      drop: 'ForgetKept',
    },
    {
      when: 'another database has the name',
      object: { recordedId: 'id-2' },
      state: there,
      retain: '',
      drop: 'Release/IdentityChanged',
    },
    {
      when: 'it is the default database',
      object: ours,
      state: { gate: openGate([databaseView({ isDefault: true })]) },
      retain: 'KeepRecord',
      drop: 'Release/DefaultDatabaseKept',
    },
    {
      when: 'its database was being made and is there',
      object: { creating: uid },
      state: there,
      retain: 'KeepRecord',
      drop: 'DropDatabase',
    },
    { when: 'its database was being made and is not there', object: { creating: uid }, retain: '', drop: '' },
    {
      when: 'another object has the database',
      object: ours,
      state: { ...there, ownedBy: 'films' },
      retain: '',
      drop: '',
    },
    {
      when: 'the cluster does not answer',
      object: ours,
      state: unreachable,
      retain: 'KeepRecord',
      drop: 'wait',
    },
    {
      when: 'its database was being made and the cluster does not answer',
      object: { creating: uid },
      state: unreachable,
      retain: 'wait',
      drop: 'wait',
    },
    {
      when: 'the cluster is gone',
      object: ours,
      state: { ...unreachable, deletion: { release: { release: 'ClusterGone' }, graceLeftMs: 1000 } },
      retain: 'KeepRecord',
      drop: 'Release/ClusterGone',
    },
    {
      when: 'the cluster has not answered for long',
      object: ours,
      state: { ...unreachable, deletion: { release: 'wait', graceLeftMs: 0 } },
      retain: 'KeepRecord',
      drop: 'Release/GraceOver',
    },
    {
      when: 'its database is not seen and a server is down',
      object: ours,
      state: { gate: openGate([], [...threeServers, server(4, { health: 'Unavailable' })]) },
      retain: 'KeepRecord',
      drop: 'wait',
    },
    { when: 'it is paused', object: { ...ours, paused: true }, state: there, retain: 'held', drop: 'held' },
  ])('when $when', (given) => {
    expect(outcomeOf('Retain', given)).toBe(given.retain);
    expect(outcomeOf('Drop', given)).toBe(given.drop);
  });

  it('only a database that is certainly its own is dropped, and only if it says so', () => {
    fc.assert(
      fc.property(arbitraryObject(true), arbitraryState, (object, state) => {
        const [action] = planDeletion(object, state).actions;
        if (action?.kind !== 'DropDatabase') return;
        expect(object.spec.deletionPolicy).toBe('Drop');
        expect(state.ownedBy).toBeUndefined();
        const { annotations: notes = {} } = object.metadata;
        const recordedId = notes['neo4j.neo4j.com/database-id'];
        const found = state.gate.ready
          ? state.gate.view.databases.find(({ name }) => name === object.spec.name)
          : undefined;
        expect(found).toMatchObject({ id: action.id, isDefault: false });
        if (recordedId === undefined) expect(notes['neo4j.neo4j.com/creating']).toBe(uid);
        else expect(recordedId).toBe(action.id);
        expect(action).toMatchObject({ risk: 'data', precondition: { uid } });
      }),
      { numRuns: 2000 },
    );
  });
});
