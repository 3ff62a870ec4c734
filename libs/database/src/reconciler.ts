import { databaseIndexes, type DatabaseObject, databases } from '@neo4j-operator/cluster-access';
import { type ControllerDefinition, defineController } from '@neo4j-operator/reconcile-kit';
import { analyze, type DatabasePorts } from './analyze/analyze.ts';
import { executors, finalizer } from './execute/executors.ts';
import type { DatabaseAction } from './model/actions.ts';
import type { DatabaseState } from './model/state.ts';
import { planDeletion } from './plan/deletion.ts';
import { plan } from './plan/plan.ts';
import { Refusals } from './refusals.ts';
import { announce } from './status/announce.ts';
import { status } from './status/status.ts';
import { Triggers } from './triggers.ts';

/** A pass mostly waits for answers of its cluster, and one that does not answer must not hold up the others. */
const concurrency = 16;

/** The controller of the kind Neo4jDatabase. */
export function databaseController(
  ports: DatabasePorts,
): ControllerDefinition<DatabaseObject, DatabaseState, DatabaseAction> {
  const triggers = new Triggers();
  const refusals = new Refusals();
  return defineController<DatabaseObject, DatabaseState, DatabaseAction>({
    name: 'database',
    resource: databases,
    indexers: databaseIndexes,
    watches: triggers.watches,
    sources: [triggers.source(ports)],
    finalizer,
    // Neo4j may be back without a change that leads to a pass.
    maxRetryMs: 30_000,
    analyze: (object, context) => {
      triggers.learn(context.lister(databases));
      return analyze(object, context, ports, refusals);
    },
    plan,
    planDeletion,
    execute: executors(ports, refusals),
    status,
    announce,
    concurrency,
  });
}
