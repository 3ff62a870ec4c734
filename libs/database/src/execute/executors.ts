import { type DatabaseObject, databases } from '@neo4j-operator/cluster-access';
import { alterDatabase, dropDatabase, startDatabase, stopDatabase } from '@neo4j-operator/neo4j-admin';
import {
  type ControllerDefinition,
  type PassContext,
  PreconditionFailed,
  removeFinalizer,
  type Stored,
  TerminalError,
} from '@neo4j-operator/reconcile-kit';
import type { DatabasePorts } from '../analyze/analyze.ts';
import type { DatabaseAction } from '../model/actions.ts';
import type { DatabaseState } from '../model/state.ts';
import type { Refusals } from '../refusals.ts';
import { forgetIdentity, noteIdentity } from './annotate.ts';
import { executeCreate } from './create.ts';
import { forget, remember } from './kept.ts';
import { requireLive, send, sessionOf } from './live.ts';

/** Set before anything is done for an object. */
export const finalizer = 'neo4j.neo4j.com/database';

type Executors = ControllerDefinition<DatabaseObject, DatabaseState, DatabaseAction>['execute'];

/** Carries out each kind of action. Nothing is waited for: what a statement brings about shows in the next reading. */
export function executors(ports: DatabasePorts, refusals: Refusals): Executors {
  return {
    CreateDatabase: async (action, object, context) => {
      try {
        await executeCreate(action, object, context, ports);
      } catch (error) {
        if (error instanceof TerminalError) refusals.note(object.metadata.uid, action.basis, error);
        throw error;
      }
    },
    RecordIdentity: async ({ adopted, id, kind, message }, object, context) => {
      await noteIdentity(object, id, context);
      if (adopted)
        context.events.record(object, { type: 'Normal', reason: 'Adopted', action: kind, note: message });
    },
    StartDatabase: async ({ id, ...action }, object, context) => {
      const { name } = object.spec;
      const session = sessionOf(object, ports);
      await requireLive(session, name, id);
      await send(session, () => startDatabase(session.target.version, name, 'no'));
      tell(object, context, action);
    },
    StopDatabase: async ({ id, ...action }, object, context) => {
      const { name } = object.spec;
      const session = sessionOf(object, ports);
      await requireLive(session, name, id);
      await send(session, () => stopDatabase(session.target.version, name, 'no'));
      tell(object, context, action);
    },
    SetTopology: async ({ id, topology, ...action }, object, context) => {
      const { name } = object.spec;
      const session = sessionOf(object, ports);
      await requireLive(session, name, id);
      await send(session, () => alterDatabase(session.target.version, name, { topology }, 'no'));
      tell(object, context, action);
    },
    KeepRecord: async ({ id, kind, message }, object, context) => {
      if ((await remember(object, id, context)) === 'done') {
        context.events.record(object, { type: 'Normal', reason: 'Keeping', action: kind, note: message });
        return;
      }
      await letGo(object, context, {
        kind,
        reason: 'NamespaceTerminating',
        message: `nothing is remembered of the database ${object.spec.name}: the namespace is being deleted`,
      });
    },
    ForgetKept: ({ id }, object, context) => forget(object, id, context),
    DropDatabase: async ({ id, ...action }, object, context, target) => {
      requirePolicy(target as Stored<DatabaseObject> | undefined);
      const { name } = object.spec;
      const session = sessionOf(object, ports);
      const { isDefault } = await requireLive(session, name, id);
      if (isDefault) throw new PreconditionFailed(`${name} is the default database by now`);
      await send(session, () => dropDatabase(session.target.version, name, 'destroy', 'keep', 'no'));
      tell(object, context, action);
      // That it is not seen any more is no proof while a server is down, and would have the object wait for it.
      await forget(object, id, context);
      await forgetIdentity(object, context);
    },
    Release: (action, object, context) => letGo(object, context, action),
  };
}

/** The target is the object as it was just read: its policy may have been changed since the pass began. */
function requirePolicy(target: Stored<DatabaseObject> | undefined): void {
  if (target?.metadata.deletionTimestamp !== undefined && target.spec.deletionPolicy === 'Drop') return;
  throw new PreconditionFailed('the object is not one whose database is to be dropped any more');
}

type Told = Pick<DatabaseAction, 'kind' | 'message' | 'reason'>;

function tell(
  object: Stored<DatabaseObject>,
  { events }: PassContext,
  { kind, message, reason }: Told,
): void {
  events.record(object, { type: 'Normal', reason, action: kind, note: message });
}

/** The object goes with this request, so it is the last that is told of it. */
async function letGo(
  object: Stored<DatabaseObject>,
  context: PassContext,
  { kind, message, reason }: Told,
): Promise<void> {
  context.events.record(object, { type: 'Warning', reason, action: kind, note: message });
  await removeFinalizer(context, databases, object, finalizer, context.signal);
}
