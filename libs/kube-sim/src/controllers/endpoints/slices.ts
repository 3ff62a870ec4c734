// The endpoint slice controller: the EndpointSlices of Services with a selector.
import { ApiFailure } from '../../api/failure.ts';
import type { SimObject } from '../../api/object.ts';
import { type ControllerContext, type InsideController, splitKey } from '../controller.ts';
import { nodeType } from '../nodes/nodes.ts';
import { controllerReference } from '../pods.ts';
import { Retries, servicesOf, TriggerTimes, withTriggerTime } from './keeping.ts';
import {
  addressesOf,
  isHeadless,
  isKept,
  type Member,
  type MemberPort,
  membersOf,
  referenceTo,
  serviceSpec,
  serviceType,
} from './members.ts';

const sliceType = { group: 'discovery.k8s.io', plural: 'endpointslices' };
const manager = 'kube-controller-manager';
const controller = 'endpointslice-controller.k8s.io';
const serviceName = 'kubernetes.io/service-name';
const managedBy = 'endpointslice.kubernetes.io/managed-by';
const largest = 100;
const allFamilies = ['IPv4'] as const;

interface Slice {
  readonly addressType: string;
  readonly ports: readonly MemberPort[];
  readonly endpoints: readonly object[];
}

/** Keeps EndpointSlices. Keys are those of Services. */
export function endpointSlices(): InsideController {
  const retries = new Retries();
  const times = new TriggerTimes();
  return {
    name: 'endpoint-slice-controller',
    keysOf: servicesOf,
    reconcile: (key, context) => {
      const service = context.view.get(serviceType, ...splitKey(key));
      // Those of a Service that is gone are its dependents.
      if (service === undefined || !isKept(serviceSpec(service))) return undefined;
      try {
        reconcile(service, times, context);
        retries.succeeded(key);
        return undefined;
      } catch (error) {
        if (!(error instanceof ApiFailure)) throw error;
        const message = `Error updating Endpoint Slices for Service ${key}: ${error.message}`;
        context.record(service, 'FailedToUpdateEndpointSlices', message, 'Warning');
        return retries.failed(key);
      }
    },
  };
}

function reconcile(service: SimObject, times: TriggerTimes, context: ControllerContext): void {
  const { client, view } = context;
  const { namespace = '', name } = service.metadata;
  const members = membersOf(service, view);
  const time = times.earliest(
    service,
    members.map(({ pod }) => pod),
  );
  const present = view
    .list(sliceType, namespace)
    .filter(
      ({ metadata: { labels = {} } }) => labels[serviceName] === name && labels[managedBy] === controller,
    );
  const wanted = (serviceSpec(service).ipFamilies ?? allFamilies).flatMap((family) =>
    slicesOf(service, members, family, context),
  );
  const free = new Set(present);
  // What has the same ports already is changed; what is left over after that only if nothing else is there for it.
  const pairs = wanted.map((slice) => {
    const same = [...free].find(
      (each) =>
        each['addressType'] === slice.addressType &&
        JSON.stringify(each['ports'] ?? []) === JSON.stringify(slice.ports),
    );
    if (same !== undefined) free.delete(same);
    return { slice, same };
  });
  for (const { slice, same } of pairs) {
    const reused = same ?? [...free].find((each) => each['addressType'] === slice.addressType);
    if (reused !== undefined) free.delete(reused);
    write(service, slice, reused, time, context);
  }
  for (const { metadata } of free) client.delete(sliceType, namespace, metadata.name);
}

function write(
  service: SimObject,
  slice: Slice,
  present: SimObject | undefined,
  time: string | undefined,
  { client }: ControllerContext,
): void {
  const { namespace = '', name } = service.metadata;
  const headless = isHeadless(serviceSpec(service)) ? { 'service.kubernetes.io/headless': '' } : {};
  const labels = {
    ...service.metadata.labels,
    ...headless,
    [serviceName]: name,
    [managedBy]: controller,
  };
  const head = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' };
  if (present === undefined) {
    const metadata = {
      generateName: `${name}-`,
      name: '',
      namespace,
      labels,
      annotations: withTriggerTime({}, time),
      ownerReferences: [controllerReference(service)],
    };
    client.create({ ...head, metadata, ...slice }, manager);
    return;
  }
  const isSame =
    JSON.stringify([present['ports'] ?? [], present['endpoints'] ?? [], sorted(present.metadata.labels)]) ===
    JSON.stringify([slice.ports, slice.endpoints, sorted(labels)]);
  if (isSame) return;
  const annotations = withTriggerTime(present.metadata.annotations, time);
  try {
    client.update({ ...head, metadata: { ...present.metadata, labels, annotations }, ...slice }, manager);
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    const what = `failed to update ${present.metadata.name} EndpointSlice for Service ${namespace}/${name}`;
    throw new ApiFailure(error.status.code, error.status.reason, `${what}: ${error.message}`);
  }
}

/** At least one for a family, be it empty. */
function slicesOf(
  service: SimObject,
  members: readonly Member[],
  family: 'IPv4' | 'IPv6',
  { view }: ControllerContext,
): readonly Slice[] {
  const { publishNotReadyAddresses = false } = serviceSpec(service);
  const groups = new Map<string, { readonly ports: readonly MemberPort[]; readonly endpoints: object[] }>();
  for (const { pod, ports, hostname, nodeName, isServing, isTerminating } of members) {
    const node = view.get(nodeType, undefined, nodeName ?? '');
    const addresses = addressesOf(pod, family);
    if (addresses.length === 0 || (node === undefined && !publishNotReadyAddresses)) continue;
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    groups.set(key, group);
    const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'];
    const ready = publishNotReadyAddresses || (isServing && !isTerminating);
    group.endpoints.push({
      addresses,
      conditions: { ready, serving: isServing, terminating: isTerminating },
      ...(hostname === undefined ? {} : { hostname }),
      targetRef: referenceTo(pod),
      ...(nodeName === undefined ? {} : { nodeName }),
      ...(zone === undefined ? {} : { zone }),
    });
  }
  if (groups.size === 0) return [{ addressType: family, ports: [], endpoints: [] }];
  return Array.from(groups.values()).flatMap(({ ports, endpoints }) =>
    Array.from({ length: Math.ceil(endpoints.length / largest) }, (_, chunk) => ({
      addressType: family,
      ports,
      endpoints: endpoints.slice(chunk * largest, (chunk + 1) * largest),
    })),
  );
}

function sorted(labels: Readonly<Record<string, string>> = {}): unknown {
  return Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1));
}
