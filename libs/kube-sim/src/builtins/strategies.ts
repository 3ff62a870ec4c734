// Which strategy each built-in resource has.
import type { Strategy } from '../api/resource.ts';
import {
  configMapStrategy,
  endpointSliceStrategy,
  endpointsStrategy,
  leaseStrategy,
  namespaceStrategy,
  nodeStrategy,
  priorityClassStrategy,
  secretStrategy,
  serviceAccountStrategy,
} from './config.ts';
import { coreEventStrategy, eventStrategy } from './events.ts';
import { cronJobStrategy, jobStrategy } from './jobs.ts';
import { podStrategy } from './pods.ts';
import {
  autoscalerStrategy,
  budgetStrategy,
  clusterRoleBindingStrategy,
  clusterRoleStrategy,
  ingressStrategy,
  networkPolicyStrategy,
  roleBindingStrategy,
  roleStrategy,
  webhookStrategy,
} from './policies.ts';
import { serviceStrategy } from './services.ts';
import { claimStrategy, storageClassStrategy, volumeStrategy } from './volumes.ts';
import {
  controllerRevisionStrategy,
  daemonSetStrategy,
  deploymentStrategy,
  replicaSetStrategy,
  statefulSetStrategy,
} from './workloads.ts';

/** By `plural.group`, or the plural alone for the core group. */
export const builtinStrategies: Readonly<Record<string, Strategy>> = {
  configmaps: configMapStrategy,
  endpoints: endpointsStrategy,
  events: coreEventStrategy,
  namespaces: namespaceStrategy,
  nodes: nodeStrategy,
  persistentvolumeclaims: claimStrategy,
  persistentvolumes: volumeStrategy,
  pods: podStrategy,
  secrets: secretStrategy,
  serviceaccounts: serviceAccountStrategy,
  services: serviceStrategy,
  'controllerrevisions.apps': controllerRevisionStrategy,
  'cronjobs.batch': cronJobStrategy,
  'clusterrolebindings.rbac.authorization.k8s.io': clusterRoleBindingStrategy,
  'clusterroles.rbac.authorization.k8s.io': clusterRoleStrategy,
  'daemonsets.apps': daemonSetStrategy,
  'deployments.apps': deploymentStrategy,
  'endpointslices.discovery.k8s.io': endpointSliceStrategy,
  'events.events.k8s.io': eventStrategy,
  'horizontalpodautoscalers.autoscaling': autoscalerStrategy,
  'ingresses.networking.k8s.io': ingressStrategy,
  'jobs.batch': jobStrategy,
  'leases.coordination.k8s.io': leaseStrategy,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhookStrategy,
  'networkpolicies.networking.k8s.io': networkPolicyStrategy,
  'poddisruptionbudgets.policy': budgetStrategy,
  'priorityclasses.scheduling.k8s.io': priorityClassStrategy,
  'replicasets.apps': replicaSetStrategy,
  'rolebindings.rbac.authorization.k8s.io': roleBindingStrategy,
  'roles.rbac.authorization.k8s.io': roleStrategy,
  'statefulsets.apps': statefulSetStrategy,
  'storageclasses.storage.k8s.io': storageClassStrategy,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhookStrategy,
};
