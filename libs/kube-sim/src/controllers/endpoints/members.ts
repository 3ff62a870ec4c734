// The pods behind a Service: pure.
import type { SimObject } from '../../api/object.ts';
import { selects } from '../../builtins/checks.ts';
import { nodeNameOf } from '../nodes/nodes.ts';
import { isReady, isTerminating, podStatus, podType } from '../pods.ts';
import type { View } from '../view.ts';

export const serviceType = { group: '', plural: 'services' };

export interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly clusterIP?: string;
  readonly publishNotReadyAddresses?: boolean;
  readonly ipFamilies?: readonly ('IPv4' | 'IPv6')[];
  readonly ports?: readonly ServicePort[];
}

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
  readonly appProtocol?: string;
}

export interface MemberPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

/** A pod behind a Service. */
export interface Member {
  readonly pod: SimObject;
  readonly isServing: boolean;
  readonly isTerminating: boolean;
  readonly ports: readonly MemberPort[];
  readonly hostname: string | undefined;
  readonly nodeName: string | undefined;
}

export function serviceSpec(service: SimObject): ServiceSpec {
  return service['spec'] as ServiceSpec;
}

/** Whether the controllers keep its endpoints; those of others are somebody else's. */
export function isKept({ selector, type }: ServiceSpec): boolean {
  return selector !== undefined && type !== 'ExternalName';
}

export function isHeadless({ clusterIP = '' }: ServiceSpec): boolean {
  return clusterIP === '' || clusterIP === 'None';
}

/** The pods that it selects and that have addresses, by name. */
export function membersOf(service: SimObject, view: View): readonly Member[] {
  const { selector } = serviceSpec(service);
  return view
    .list(podType, service.metadata.namespace)
    .filter((pod) => selects({ matchLabels: selector }, pod.metadata.labels ?? {}))
    .filter((pod) => !['Succeeded', 'Failed'].includes(podStatus(pod).phase ?? ''))
    .filter((pod) => addressesOf(pod).length > 0)
    .map((pod) => ({
      pod,
      isServing: isReady(pod),
      isTerminating: isTerminating(pod),
      ports: portsOf(service, pod),
      hostname: hostnameOf(service, pod),
      nodeName: nodeNameOf(pod) === '' ? undefined : nodeNameOf(pod),
    }));
}

/** The addresses of a pod, or those of one family. */
export function addressesOf(pod: SimObject, family?: 'IPv4' | 'IPv6'): readonly string[] {
  const { podIPs = [] } = podStatus(pod) as { readonly podIPs?: readonly { readonly ip: string }[] };
  const addresses = podIPs.map(({ ip }) => ip).filter((ip) => ip !== '');
  return family === undefined
    ? addresses
    : addresses.filter((ip) => ip.includes(':') === (family === 'IPv6'));
}

export function referenceTo({ metadata: { name, namespace, uid } }: SimObject): object {
  return { kind: 'Pod', namespace, name, uid };
}

function portsOf(service: SimObject, pod: SimObject): readonly MemberPort[] {
  return (serviceSpec(service).ports ?? []).flatMap((each) => {
    const { name = '', protocol = 'TCP', port, targetPort = port, appProtocol } = each;
    const found = typeof targetPort === 'number' ? targetPort : namedPort(pod, targetPort, protocol);
    if (found === undefined) return [];
    return [{ name, port: found, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
  });
}

interface Container {
  readonly restartPolicy?: string;
  readonly ports?: readonly {
    readonly name?: string;
    readonly containerPort: number;
    readonly protocol?: string;
  }[];
}

function namedPort({ spec }: SimObject, wanted: string, protocol: string): number | undefined {
  const { containers = [], initContainers = [] } = spec as {
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
  };
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...containers, ...sidecars]
    .flatMap(({ ports = [] }) => ports)
    .find((port) => port.name === wanted && (port.protocol ?? 'TCP') === protocol)?.containerPort;
}

function hostnameOf({ metadata: { name } }: SimObject, { spec }: SimObject): string | undefined {
  const { hostname = '', subdomain } = spec as { readonly hostname?: string; readonly subdomain?: string };
  return hostname !== '' && subdomain === name ? hostname : undefined;
}
