import type { ClusterObject } from '@neo4j-operator/cluster-access';
import type { Plan, Stored } from '@neo4j-operator/reconcile-kit';
import type { ClusterAction } from '../model/actions.ts';
import type { ClusterState } from '../model/state.ts';
import { planCollection } from './collect.ts';
import { planDefaultTopology } from './default-topology.ts';
import { planDeletion } from './deletion.ts';
import { holdOf } from './hold.ts';
import { planLiveSettings } from './live-settings.ts';
import { planLogin } from './login.ts';
import { planMembership } from './membership.ts';
import { planNewcomers } from './newcomers.ts';
import type { PlanPorts } from './ports.ts';
import { isSettledCluster } from './progress.ts';
import { planScaleOut, planServers } from './servers.ts';
import { planSecrets } from './secrets.ts';
import { planShared } from './shared.ts';
import { held, joined } from './steps.ts';

/**
 * What is to be done for a cluster next. Pure: the same cluster and state give the same plan.
 *
 * The order is that of safety: passwords before pods, what a pod names before the pod, identity before membership, what exists before
 * what is added. A new server comes last, so that one that cannot be made keeps nothing else from being done.
 */
export function plan(
  object: Stored<ClusterObject>,
  state: ClusterState,
  ports: PlanPorts,
): Plan<ClusterAction> {
  if (object.metadata.deletionTimestamp !== undefined) return planDeletion(object, state);
  const reason = holdOf(state);
  if (reason === 'EditionChanged') return editionChanged(state);
  if (reason !== undefined) return { actions: [] };

  const servers = planServers(object, state, ports);
  const { actions, blocked } = joined([
    planSecrets(state),
    planShared(object, state, ports),
    servers,
    planNewcomers(state),
    planCollection(object, state, servers.configMaps),
    planLogin(state),
    planMembership(state),
    planDefaultTopology(state),
    planLiveSettings(state),
    planScaleOut(object, state, ports),
  ]);
  return {
    actions,
    ...(blocked.length === 0 ? {} : { blocked }),
    ...requeue(actions, state),
  };
}

function requeue(
  actions: readonly ClusterAction[],
  state: ClusterState,
): Pick<Plan<ClusterAction>, 'requeueAfterMs'> {
  if (!isSettledCluster(state)) return { requeueAfterMs: unsettledRequeueMs };
  return actions.some(({ kind }) => kind === 'GrowClaim') ? { requeueAfterMs: growthRequeueMs } : {};
}

/**
 * Milliseconds until a cluster that is not settled is looked at again though nothing has changed: that something has lasted too long
 * is told by no watch.
 */
const unsettledRequeueMs = 30_000;

/** Milliseconds until growth that may have been refused is asked for again: that a storage class allows it now is told by no watch either. */
const growthRequeueMs = 120_000;

/** To run one edition on the volumes of the other could ruin them. */
function editionChanged({ formation, spec }: ClusterState): Plan<ClusterAction> {
  return held(
    'EditionChanged',
    'Apply',
    `spec.edition is ${spec.edition}, and the volumes that were kept are those of a cluster of edition ${formation?.edition ?? 'unknown'}: ` +
      'set it back, or give the new cluster another name and load a dump of the databases into it',
  );
}
