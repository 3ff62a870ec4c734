// The built-in kinds that are modelled, as discovery names them.
import type { ScalePaths } from '../api/resource.ts';

/** What sets a kind apart from the next. */
export interface BuiltinKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly status: boolean;
  readonly scale: ScalePaths | undefined;
  /** What only answers (a review) can be created but not stored. */
  readonly verbs: readonly string[];
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/**
 * Groups in the order in which the server lists them. Under each its kinds: kind, plural, short names, then in brackets what is special:
 * `cluster` (no namespace), `status`, `scale`, `review`, or a category.
 */
const table = `
v1
  ConfigMap configmaps cm
  Endpoints endpoints ep
  Event events ev
  Namespace namespaces ns [cluster status]
  Node nodes no [cluster status]
  PersistentVolumeClaim persistentvolumeclaims pvc [status]
  PersistentVolume persistentvolumes pv [cluster status]
  Pod pods po [status all]
  Secret secrets
  ServiceAccount serviceaccounts sa
  Service services svc [status all]
apps/v1
  ControllerRevision controllerrevisions
  DaemonSet daemonsets ds [status all]
  Deployment deployments deploy [status scale all]
  ReplicaSet replicasets rs [status scale all]
  StatefulSet statefulsets sts [status scale all]
events.k8s.io/v1
  Event events ev
authentication.k8s.io/v1
  SelfSubjectReview selfsubjectreviews [review]
  TokenReview tokenreviews [review]
authorization.k8s.io/v1
  SelfSubjectAccessReview selfsubjectaccessreviews [review]
  SubjectAccessReview subjectaccessreviews [review]
autoscaling/v2
  HorizontalPodAutoscaler horizontalpodautoscalers hpa [status all]
batch/v1
  CronJob cronjobs cj [status all]
  Job jobs [status all]
networking.k8s.io/v1
  Ingress ingresses ing [status]
  NetworkPolicy networkpolicies netpol
policy/v1
  PodDisruptionBudget poddisruptionbudgets pdb [status]
rbac.authorization.k8s.io/v1
  ClusterRoleBinding clusterrolebindings [cluster]
  ClusterRole clusterroles [cluster]
  RoleBinding rolebindings
  Role roles
storage.k8s.io/v1
  StorageClass storageclasses sc [cluster]
admissionregistration.k8s.io/v1
  MutatingWebhookConfiguration mutatingwebhookconfigurations [cluster api-extensions]
  ValidatingWebhookConfiguration validatingwebhookconfigurations [cluster api-extensions]
apiextensions.k8s.io/v1
  CustomResourceDefinition customresourcedefinitions crd crds [cluster status api-extensions]
scheduling.k8s.io/v1
  PriorityClass priorityclasses pc [cluster]
coordination.k8s.io/v1
  Lease leases
discovery.k8s.io/v1
  EndpointSlice endpointslices
`;

const scalePaths: ScalePaths = {
  specReplicas: 'spec.replicas',
  statusReplicas: 'status.replicas',
  labelSelector: 'status.selector',
};

/** All of them. */
export const builtinKinds: readonly BuiltinKind[] = table.split(/\n(?=\S)/).flatMap((section) => {
  const [head = '', ...rows] = section.trim().split('\n');
  const [version = '', group = ''] = head.split('/').toReversed();
  return rows.map((row) => kindOf(group, version, row.trim()));
});

function kindOf(group: string, version: string, row: string): BuiltinKind {
  const [, names = '', marks = ''] = /^([^[]+)(?:\[(.*)\])?$/.exec(row) ?? [];
  const [kind = '', plural = '', ...shortNames] = names.trim().split(' ');
  const traits = marks.split(' ');
  const isReview = traits.includes('review');
  return {
    group,
    version,
    kind,
    plural,
    namespaced: !isReview && !traits.includes('cluster'),
    shortNames,
    categories: traits.filter((trait) => trait === 'all' || trait === 'api-extensions'),
    status: traits.includes('status'),
    scale: traits.includes('scale') ? scalePaths : undefined,
    verbs: isReview
      ? ['create']
      : allVerbs.filter((verb) => kind !== 'Namespace' || verb !== 'deletecollection'),
  };
}
