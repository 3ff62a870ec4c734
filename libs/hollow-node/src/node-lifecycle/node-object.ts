// What a node says of itself.
import type { KubeObject } from '@neo4j-operator/reconcile-kit';
import { rfc3339 } from '../kubelet/timestamp.ts';
import type { Taint } from '../scheduler/objects.ts';

/** A node as a caller asks for it. */
export interface NodeSpec {
  readonly name: string;
  /** The label `topology.kubernetes.io/zone`. */
  readonly zone?: string;
  /** The label `topology.kubernetes.io/region`. */
  readonly region?: string;
  /** Default `8`. */
  readonly cpu?: string;
  /** Default `32Gi`. */
  readonly memory?: string;
  /** How many pods it takes. Default 110. */
  readonly pods?: number;
  /** Other resources by name, such as `ephemeral-storage` or those of a device plugin. */
  readonly resources?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
}

export interface NodeCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastHeartbeatTime: string;
  readonly lastTransitionTime: string;
}

export interface Node extends KubeObject {
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
  readonly status?: NodeStatus;
}

export interface NodeStatus {
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly conditions: readonly NodeCondition[];
  readonly addresses: readonly { readonly type: string; readonly address: string }[];
  readonly daemonEndpoints: { readonly kubeletEndpoint: { readonly Port: number } };
  readonly nodeInfo: Readonly<Record<string, string>>;
}

/** The version that nodes report; that of the control plane which everything is compared with. */
const kubeletVersion = 'v1.37.2';

export function nodeLabels({ name, zone, region, labels }: NodeSpec): Readonly<Record<string, string>> {
  return {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }),
    ...(region === undefined ? {} : { 'topology.kubernetes.io/region': region }),
    ...labels,
  };
}

/** A node to be created. */
export function nodeObject(spec: NodeSpec, status: NodeStatus): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: spec.name, labels: nodeLabels(spec) },
    ...(spec.taints === undefined ? {} : { spec: { taints: spec.taints } }),
    status,
  };
}

/**
 * The status of a node that is well. There is no address of the type `Hostname`: by default the API server would prefer it for
 * fetching logs, and nothing resolves it.
 *
 * @param port - of the node's server; 0 without one
 * @param before - the conditions that are known: transition times stay as long as they do not change, conditions of others stay
 */
export function nodeStatus(
  spec: NodeSpec,
  ip: string,
  port: number,
  nowMs: number,
  before: readonly NodeCondition[] = [],
): NodeStatus {
  const capacity = {
    cpu: spec.cpu ?? '8',
    memory: spec.memory ?? '32Gi',
    pods: String(spec.pods ?? 110),
    'ephemeral-storage': '100Gi',
    ...spec.resources,
  };
  const now = rfc3339(nowMs);
  return {
    capacity,
    allocatable: capacity,
    conditions: [
      ...before.filter(({ type }) => !healthy.some((own) => own.type === type)),
      ...healthy.map((condition) => {
        const old = before.find(({ type }) => type === condition.type);
        const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : now;
        return { ...condition, lastHeartbeatTime: now, lastTransitionTime };
      }),
    ],
    addresses: [{ type: 'InternalIP', address: ip }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    nodeInfo: {
      machineID: spec.name,
      systemUUID: spec.name,
      bootID: spec.name,
      kernelVersion: '6.0.0',
      osImage: 'hollow',
      containerRuntimeVersion: 'hollow://1.0.0',
      kubeletVersion,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
  };
}

const healthy = [
  {
    type: 'MemoryPressure',
    status: 'False',
    reason: 'KubeletHasSufficientMemory',
    message: 'kubelet has sufficient memory available',
  },
  {
    type: 'DiskPressure',
    status: 'False',
    reason: 'KubeletHasNoDiskPressure',
    message: 'kubelet has no disk pressure',
  },
  {
    type: 'PIDPressure',
    status: 'False',
    reason: 'KubeletHasSufficientPID',
    message: 'kubelet has sufficient PID available',
  },
  { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
];
