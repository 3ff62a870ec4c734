// What the DNS of a cluster would answer, computed from its Services and pods.
import { defineResource, type KubeObject, type Resource } from '@neo4j-operator/reconcile-kit';
import { matchesLabels } from '../scheduler/selectors.ts';
import type { NameTable } from './names-lookup.ts';

/** What names need of a pod. */
export interface NamedPod extends KubeObject {
  readonly spec: { readonly hostname?: string; readonly subdomain?: string };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** What names need of a Service. */
export interface NamedService extends KubeObject {
  readonly spec?: {
    readonly selector?: Readonly<Record<string, string>>;
    readonly publishNotReadyAddresses?: boolean;
  };
}

export const services: Resource<NamedService> = defineResource<NamedService>({
  group: '',
  version: 'v1',
  plural: 'services',
  kind: 'Service',
  namespaced: true,
});

/**
 * The names of all Services and of the pods behind those with a `subdomain`. As there is no proxy, the name of a Service leads to its
 * pods whether it has a cluster IP or not, and ports are those of the pods.
 */
export function nameTable(
  allServices: Iterable<NamedService>,
  podsOf: (namespace: string) => Iterable<NamedPod>,
  clusterDomain: string,
): NameTable {
  const table: Record<string, string[]> = {};
  for (const { metadata, spec } of allServices) {
    const { namespace = '', name } = metadata;
    const domain = `${name}.${namespace}.svc.${clusterDomain}`;
    const addresses: string[] = (table[domain] = []);
    if (Object.keys(spec?.selector ?? {}).length === 0) continue;
    for (const pod of podsOf(namespace)) {
      const ip = pod.status?.podIP;
      const isPublished = isReady(pod) || (spec?.publishNotReadyAddresses === true && !hasEnded(pod));
      if (ip === undefined || !isPublished) continue;
      if (!matchesLabels({ matchLabels: spec?.selector ?? {} }, pod.metadata.labels)) continue;
      addresses.push(ip);
      const { hostname = '', subdomain } = pod.spec;
      if (hostname !== '' && subdomain === name) table[`${hostname}.${domain}`] = [ip];
    }
    addresses.sort();
  }
  return table;
}

function isReady({ metadata, status }: NamedPod): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && metadata.deletionTimestamp === undefined;
}

function hasEnded({ status }: NamedPod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
