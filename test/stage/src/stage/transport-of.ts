import type { KubeSim, UserInfo } from '@neo4j-operator/kube-sim';
import { KubeError, type KubeTransport } from '@neo4j-operator/reconcile-kit';

/** A way to the control plane in process, with the errors of reconcile-kit. */
export function transportOf(sim: KubeSim, user: UserInfo, userAgent: string): KubeTransport {
  return sim.transport({
    user,
    userAgent,
    error: (message, reason, request) => new KubeError(message, { reason, request }),
  });
}
