// The parts of Kubernetes objects that this library writes or reads. What it does not touch has no field here.
import { defineResource, type KubeObject } from '@neo4j-operator/reconcile-kit';

export interface StatefulSet extends KubeObject {
  readonly spec: {
    readonly serviceName: string;
    readonly replicas?: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly podManagementPolicy?: string;
    readonly updateStrategy?: { readonly type: string };
    readonly template: PodTemplate;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updateRevision?: string;
    readonly currentRevision?: string;
  };
}

export interface PodTemplate {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: PodSpec;
}

/** A pod's spec. What Kubernetes takes as it is, and nobody here looks into, is unknown. */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly [field: string]: unknown;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly EnvVar[];
  readonly resources?: ResourceRequirements;
  readonly [field: string]: unknown;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: unknown;
}

export interface ResourceRequirements {
  readonly requests?: Readonly<Record<string, string | number>>;
  readonly limits?: Readonly<Record<string, string | number>>;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string; readonly defaultMode?: number };
  readonly secret?: { readonly secretName: string; readonly defaultMode?: number };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly emptyDir?: Readonly<Record<string, unknown>>;
}

export interface Service extends KubeObject {
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly publishNotReadyAddresses?: boolean;
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly {
      readonly name: string;
      readonly port: number;
      readonly targetPort?: string | number;
      readonly protocol?: string;
    }[];
  };
}

export interface Claim extends KubeObject {
  readonly spec: {
    readonly accessModes: readonly string[];
    readonly storageClassName?: string;
    readonly resources: { readonly requests: { readonly storage: string } };
    readonly volumeName?: string;
  };
  readonly status?: {
    readonly phase?: string;
    readonly capacity?: { readonly storage?: string };
    readonly conditions?: readonly PartCondition[];
  };
}

export interface DisruptionBudget extends KubeObject {
  readonly spec: {
    readonly maxUnavailable: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  };
}

export interface Pod extends KubeObject {
  readonly spec: PodSpec & { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly PartCondition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface PartCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly containerID?: string;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
}

/** The revision of the template that a pod was made from. */
export function revisionOf({ metadata }: Pod): string | undefined {
  return metadata.labels?.['controller-revision-hash'];
}

const core = { group: '', version: 'v1', namespaced: true };

export const statefulSets = defineResource<StatefulSet>({
  group: 'apps',
  version: 'v1',
  plural: 'statefulsets',
  kind: 'StatefulSet',
  namespaced: true,
});
export const services = defineResource<Service>({ ...core, plural: 'services', kind: 'Service' });
export const claims = defineResource<Claim>({
  ...core,
  plural: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
});
export const pods = defineResource<Pod>({ ...core, plural: 'pods', kind: 'Pod' });
export const disruptionBudgets = defineResource<DisruptionBudget>({
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  namespaced: true,
});
