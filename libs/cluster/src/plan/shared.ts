import type { ClusterObject } from '@neo4j-operator/cluster-access';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import { disruptionBudgets, services } from '../model/resources.ts';
import type { ClusterState } from '../model/state.ts';
import { renderShared } from '../render/index.ts';
import { applied } from './applied.ts';
import { editionOf } from './members.ts';
import type { PlanPorts } from './ports.ts';
import { unsettledParts } from './progress.ts';
import { joined, type Step } from './steps.ts';
import { hasBeenWell } from './stranded.ts';

/**
 * The Services of the cluster and its budget. They hold nothing, so that dying between them costs nothing.
 *
 * The admin Service remembers the highest number that a server has had, not one that a server is about to get: if the process died between
 * the two, that number would be lost. The budget lets a node be drained only while every server is well, and remembers that they were.
 */
export function planShared(
  object: Stored<ClusterObject>,
  state: ClusterState,
  { memo }: Pick<PlanPorts, 'memo'> = {},
): Step {
  const { admin, budget, client, headless } = state.shared;
  const lastServer = Math.max(state.lastServer, ...state.servers.map(({ number }) => number));
  const mayDisrupt = state.servers.length > 0 && unsettledParts(state).length === 0;
  const wasWell = mayDisrupt || hasBeenWell(state.shared);
  const edition = editionOf(state);
  const work = (): Step => {
    const desired = renderShared({ cluster: object, lastServer, mayDisrupt, wasWell, edition });
    return joined([
      applied(services, client, desired.client),
      applied(services, headless, desired.headless),
      applied(services, admin, desired.admin),
      applied(disruptionBudgets, budget, desired.budget),
    ]);
  };
  if (memo === undefined || admin === undefined) return work();
  const { apiVersion, kind, metadata } = object;
  const text = [apiVersion, kind, metadata.namespace, metadata.name, metadata.uid, edition].join(' ');
  return memo.shared(admin, [text, lastServer, mayDisrupt, wasWell, client, headless, budget], work);
}
