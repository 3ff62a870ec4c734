import {
  type ClusterAccess,
  type ClusterObject,
  clusters,
  type SecretReader,
} from '@neo4j-operator/cluster-access';
import { type ControllerDefinition, defineController, keyOf } from '@neo4j-operator/reconcile-kit';
import { analyze } from './analyze/analyze.ts';
import { cachedSettings } from './analyze/settings.ts';
import { owned, sourcesOf, watchesOf } from './analyze/sources.ts';
import { createExecutors } from './execute/index.ts';
import type { ClusterAction } from './model/actions.ts';
import type { ClusterState } from './model/state.ts';
import { plan, planDeletion, planMemo, safetyRules } from './plan/index.ts';
import { type RenderRevision, renderRevision } from './render/index.ts';
import { announce, status } from './status/index.ts';
import { cachedVerdicts } from './validate/index.ts';

/** What the controller of clusters takes from outside. */
export interface ClusterPorts {
  readonly access: Pick<ClusterAccess, 'open' | 'get' | 'close' | 'connect' | 'changes$'>;
  readonly secrets: Pick<SecretReader, 'read'>;
  /** The domain of Services: `cluster.local` as a rule. */
  readonly clusterDomain: string;
  /** Defaults of the configuration; those of this version unless given. */
  readonly revision?: RenderRevision;
}

/** Set on every cluster, so that what outlives it on purpose can be told from what was forgotten. */
export const clusterFinalizer = 'neo4j.neo4j.com/cluster';

/** A pass mostly waits for answers of its cluster, and one that does not answer must not hold up the others. */
const concurrency = 16;

/** The controller of the kind Neo4jEnterpriseCluster: analyze, plan, execute, status. */
export function clusterController(
  ports: ClusterPorts,
): ControllerDefinition<ClusterObject, ClusterState, ClusterAction> {
  const { access, clusterDomain, revision = renderRevision, secrets } = ports;
  const looking = {
    access,
    secrets,
    clusterDomain,
    settingsOf: cachedSettings(),
    verdictOn: cachedVerdicts(),
  };
  const planning = { clusterDomain, revision, memo: planMemo() };
  return defineController<ClusterObject, ClusterState, ClusterAction>({
    name: 'cluster',
    resource: clusters,
    finalizer: clusterFinalizer,
    owns: owned,
    watches: watchesOf(access),
    sources: sourcesOf(access),
    analyze: async (object, context) => {
      // Nothing is asked of a cluster that goes, and its pods going must not look like an outage.
      if (object.metadata.deletionTimestamp !== undefined) await access.close(keyOf(object));
      return analyze(object, context, looking);
    },
    plan: (object, state) => plan(object, state, planning),
    planDeletion,
    rules: safetyRules,
    // Neo4j may be back without a change that leads to a pass.
    maxRetryMs: 30_000,
    execute: createExecutors({ access, secrets }),
    status: (object, state, outcome) => status(object, state, outcome, planning),
    announce,
    concurrency,
  });
}
