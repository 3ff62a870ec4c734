// What a pod tells its containers of itself: fieldRef and resourceFieldRef.
import type { Container, Pod, ResourceFieldRef } from '../kubelet/resources.ts';
import { quantityValue } from './quantity.ts';

/** What is not in the object, or not yet. */
export interface PodPlace {
  readonly podIp: string;
  readonly nodeName: string;
  readonly nodeIp: string;
  /** Of the node: cores and bytes. */
  readonly allocatable: { readonly cpu: number; readonly memory: number };
}

/** The value of a field; undefined if there is no such field. The API server admits only those that are here. */
export function fieldValue(pod: Pod, place: PodPlace, fieldPath: string): string | undefined {
  const { metadata, spec } = pod;
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(fieldPath) ?? [];
  if (map === 'labels' || map === 'annotations') return metadata[map]?.[key] ?? '';
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    case 'metadata.labels':
      return lines(metadata.labels);
    case 'metadata.annotations':
      return lines(metadata.annotations);
    case 'spec.nodeName':
      return place.nodeName;
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return place.nodeIp;
    case 'status.podIP':
    case 'status.podIPs':
      return place.podIp;
    default:
      return undefined;
  }
}

/** A request or limit in units of the divisor, rounded up. A limit that is not set is what the node has. */
export function resourceValue(
  pod: Pod,
  place: PodPlace,
  own: Container | undefined,
  { containerName, resource, divisor }: ResourceFieldRef,
): string | undefined {
  const container =
    containerName === undefined || containerName === ''
      ? own
      : [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
          ({ name }) => name === containerName,
        );
  const [list, name = ''] = resource.split(/\.(.*)/s);
  if (container === undefined || (list !== 'limits' && list !== 'requests')) return undefined;
  const text = container.resources?.[list]?.[name];
  const value = text === undefined ? unset(list, name, place) : quantityValue(text);
  const unit = divisor === undefined || divisor === '0' ? 1 : quantityValue(divisor);
  // A quotient such as 0.3 / 0.1 must not be rounded up to 4.
  return String(Math.ceil(Number((value / unit).toPrecision(12))));
}

function unset(list: 'limits' | 'requests', name: string, { allocatable }: PodPlace): number {
  if (list === 'requests') return 0;
  return name === 'cpu' || name === 'memory' ? allocatable[name] : 0;
}

/** `key="value"`, one a line, in the order of keys. */
function lines(map: Readonly<Record<string, string>> = {}): string {
  return Object.entries(map)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}
