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
  readonly verbs: readonly string[] | undefined;
}

interface Traits {
  readonly short?: readonly string[];
  readonly categories?: readonly string[];
  readonly cluster?: boolean;
  readonly status?: boolean;
  readonly scale?: boolean;
  readonly verbs?: readonly string[];
}

type Row = readonly [kind: string, plural: string, traits?: Traits];

const everyList = { categories: ['all'] } as const;
const workload = { ...everyList, status: true, scale: true } as const;
const cluster = { cluster: true } as const;
/** Answered at once, never stored. */
const review = { cluster: true, verbs: ['create'] } as const;

const scalePaths: ScalePaths = {
  specReplicas: 'spec.replicas',
  statusReplicas: 'status.replicas',
  labelSelector: 'status.selector',
};

const groups: readonly (readonly [group: string, version: string, rows: readonly Row[]])[] = [
  [
    '',
    'v1',
    [
      ['ConfigMap', 'configmaps', { short: ['cm'] }],
      ['Endpoints', 'endpoints', { short: ['ep'] }],
      ['Event', 'events', { short: ['ev'] }],
      ['Namespace', 'namespaces', { ...cluster, short: ['ns'], status: true }],
      ['Node', 'nodes', { ...cluster, short: ['no'], status: true }],
      ['PersistentVolumeClaim', 'persistentvolumeclaims', { short: ['pvc'], status: true }],
      ['PersistentVolume', 'persistentvolumes', { ...cluster, short: ['pv'], status: true }],
      ['Pod', 'pods', { ...everyList, short: ['po'], status: true }],
      ['Secret', 'secrets'],
      ['ServiceAccount', 'serviceaccounts', { short: ['sa'] }],
      ['Service', 'services', { ...everyList, short: ['svc'], status: true }],
    ],
  ],
  [
    'admissionregistration.k8s.io',
    'v1',
    [
      [
        'MutatingWebhookConfiguration',
        'mutatingwebhookconfigurations',
        { ...cluster, categories: ['api-extensions'] },
      ],
      [
        'ValidatingWebhookConfiguration',
        'validatingwebhookconfigurations',
        { ...cluster, categories: ['api-extensions'] },
      ],
    ],
  ],
  [
    'apiextensions.k8s.io',
    'v1',
    [
      [
        'CustomResourceDefinition',
        'customresourcedefinitions',
        { ...cluster, short: ['crd', 'crds'], categories: ['api-extensions'], status: true },
      ],
    ],
  ],
  [
    'apps',
    'v1',
    [
      ['ControllerRevision', 'controllerrevisions'],
      ['DaemonSet', 'daemonsets', { ...everyList, short: ['ds'], status: true }],
      ['Deployment', 'deployments', { ...workload, short: ['deploy'] }],
      ['ReplicaSet', 'replicasets', { ...workload, short: ['rs'] }],
      ['StatefulSet', 'statefulsets', { ...workload, short: ['sts'] }],
    ],
  ],
  [
    'authentication.k8s.io',
    'v1',
    [
      ['SelfSubjectReview', 'selfsubjectreviews', review],
      ['TokenReview', 'tokenreviews', review],
    ],
  ],
  [
    'authorization.k8s.io',
    'v1',
    [
      ['SelfSubjectAccessReview', 'selfsubjectaccessreviews', review],
      ['SubjectAccessReview', 'subjectaccessreviews', review],
    ],
  ],
  [
    'autoscaling',
    'v2',
    [['HorizontalPodAutoscaler', 'horizontalpodautoscalers', { ...everyList, short: ['hpa'], status: true }]],
  ],
  [
    'batch',
    'v1',
    [
      ['CronJob', 'cronjobs', { ...everyList, short: ['cj'], status: true }],
      ['Job', 'jobs', { ...everyList, status: true }],
    ],
  ],
  ['coordination.k8s.io', 'v1', [['Lease', 'leases']]],
  ['discovery.k8s.io', 'v1', [['EndpointSlice', 'endpointslices']]],
  ['events.k8s.io', 'v1', [['Event', 'events', { short: ['ev'] }]]],
  [
    'networking.k8s.io',
    'v1',
    [
      ['Ingress', 'ingresses', { short: ['ing'], status: true }],
      ['NetworkPolicy', 'networkpolicies', { short: ['netpol'] }],
    ],
  ],
  ['policy', 'v1', [['PodDisruptionBudget', 'poddisruptionbudgets', { short: ['pdb'], status: true }]]],
  [
    'rbac.authorization.k8s.io',
    'v1',
    [
      ['ClusterRoleBinding', 'clusterrolebindings', cluster],
      ['ClusterRole', 'clusterroles', cluster],
      ['RoleBinding', 'rolebindings'],
      ['Role', 'roles'],
    ],
  ],
  ['scheduling.k8s.io', 'v1', [['PriorityClass', 'priorityclasses', { ...cluster, short: ['pc'] }]]],
  ['storage.k8s.io', 'v1', [['StorageClass', 'storageclasses', { ...cluster, short: ['sc'] }]]],
];

/** All of them, by group and version. */
export const builtinKinds: readonly BuiltinKind[] = groups.flatMap(([group, version, rows]) =>
  rows.map(([kind, plural, traits = {}]) => ({
    group,
    version,
    kind,
    plural,
    namespaced: traits.cluster !== true,
    shortNames: traits.short ?? [],
    categories: traits.categories ?? [],
    status: traits.status === true,
    scale: traits.scale === true ? scalePaths : undefined,
    verbs: traits.verbs,
  })),
);
