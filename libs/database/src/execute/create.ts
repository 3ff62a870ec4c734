import type { DatabaseObject } from '@neo4j-operator/cluster-access';
import { createDatabase, Neo4jError } from '@neo4j-operator/neo4j-admin';
import {
  type PassContext,
  PreconditionFailed,
  type Stored,
  TerminalError,
} from '@neo4j-operator/reconcile-kit';
import type { DatabasePorts } from '../analyze/analyze.ts';
import type { DatabaseAction } from '../model/actions.ts';
import { claimOf } from '../plan/identity.ts';
import { forgetCreating, noteCreating, noteIdentity } from './annotate.ts';
import { readLive, send, sessionOf } from './live.ts';

/**
 * Makes the database of an object. That it is about to be made is noted first: who finds the note and the database knows that they belong
 * together, wherever the process died.
 *
 * If the statement certainly made nothing, the note is taken back: whatever was there is not ours, unless the note is from an earlier attempt
 * whose outcome is not known.
 */
export async function executeCreate(
  { lostId, topology }: Extract<DatabaseAction, { kind: 'CreateDatabase' }>,
  object: Stored<DatabaseObject>,
  context: PassContext,
  ports: DatabasePorts,
): Promise<void> {
  const { name } = object.spec;
  const session = sessionOf(object, ports);
  if ((await readLive(session, name)) !== undefined) {
    session.hurry();
    throw new PreconditionFailed(`the database ${name} is there by now`);
  }
  const wasTriedBefore = claimOf(object).creating;
  if (!wasTriedBefore) await noteCreating(object, context);
  const { version } = session.target;
  let made: number;
  try {
    const result = await send(session, () =>
      createDatabase(version, { name, ...(topology && { topology }) }, 'no'),
    );
    made = result.systemUpdates;
  } catch (error) {
    if (!(error instanceof Neo4jError && error.outcomeUnknown)) await forgetCreating(object, context);
    throw error;
  }
  if (made === 0 && wasTriedBefore) {
    session.hurry();
    throw new PreconditionFailed(`the database ${name} was made before, and no server that is up shows it`);
  }
  if (made === 0) {
    await forgetCreating(object, context);
    throw new TerminalError(
      'DatabaseExists',
      `spec.name: the database ${name} was made by somebody else; set spec.adoptExisting: true to take it over, or choose another name`,
    );
  }
  tell(object, context, lostId);
  const id = (await readLive(session, name))?.id;
  if (id !== undefined) await noteIdentity(object, id, context);
}

function tell(object: Stored<DatabaseObject>, { events }: PassContext, lostId: string | undefined): void {
  const { name } = object.spec;
  const action = 'CreateDatabase';
  events.record(object, { type: 'Normal', reason: 'Created', action, note: `The database ${name} was made` });
  if (lostId === undefined) return;
  const note = `The database ${name} with the id ${lostId}, which was kept, is gone; an empty one was made`;
  events.record(object, { type: 'Warning', reason: 'KeptDatabaseGone', action, note });
}
