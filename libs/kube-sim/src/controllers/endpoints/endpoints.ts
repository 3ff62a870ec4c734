// The endpoint controller: the Endpoints of Services with a selector.
import { ApiFailure } from '../../api/failure.ts';
import type { SimObject } from '../../api/object.ts';
import { type ControllerContext, type InsideController, splitKey } from '../controller.ts';
import { Retries, servicesOf, TriggerTimes, withTriggerTime } from './keeping.ts';
import {
  addressesOf,
  isHeadless,
  isKept,
  type Member,
  membersOf,
  referenceTo,
  serviceSpec,
  serviceType,
} from './members.ts';

const endpointsType = { group: '', plural: 'endpoints' };
const manager = 'kube-controller-manager';
const name = 'endpoint-controller';
const managedBy = 'endpoints.kubernetes.io/managed-by';

/** Keeps Endpoints. Keys are those of Services. */
export function endpointsController(): InsideController {
  const retries = new Retries();
  const times = new TriggerTimes();
  return {
    name,
    keysOf: servicesOf,
    reconcile: (key, context) => {
      const { client, view, record } = context;
      const [namespace, serviceName] = splitKey(key);
      const service = view.get(serviceType, namespace, serviceName);
      const present = view.get(endpointsType, namespace, serviceName);
      if (service === undefined) {
        if (present !== undefined) client.delete(endpointsType, namespace, serviceName);
        return undefined;
      }
      if (!isKept(serviceSpec(service))) return undefined;
      const next = endpointsOf(service, present, times, context);
      if (next === undefined) return undefined;
      try {
        if (present === undefined) client.create(next, manager);
        else client.update(next, manager);
        retries.succeeded(key);
        return undefined;
      } catch (error) {
        if (!(error instanceof ApiFailure)) throw error;
        const what = present === undefined ? 'create endpoint for service' : 'update endpoint';
        const reason = present === undefined ? 'FailedToCreateEndpoint' : 'FailedToUpdateEndpoint';
        record(next, reason, `Failed to ${what} ${key}: ${error.message}`, 'Warning');
        return retries.failed(key);
      }
    },
  };
}

/** Undefined if they are as they should be. */
function endpointsOf(
  service: SimObject,
  present: SimObject | undefined,
  times: TriggerTimes,
  { view }: ControllerContext,
): SimObject | undefined {
  const spec = serviceSpec(service);
  const all = membersOf(service, view);
  const time = times.earliest(
    service,
    all.map(({ pod }) => pod),
  );
  const subsets = subsetsOf(
    service,
    all.filter((member) => !member.isTerminating || spec.publishNotReadyAddresses === true),
  );
  const headless = isHeadless(spec) ? { 'service.kubernetes.io/headless': '' } : {};
  const labels = { ...service.metadata.labels, ...headless, [managedBy]: name };
  const { name: serviceName, namespace = '' } = service.metadata;
  const metadata = { ...present?.metadata, name: serviceName, namespace };
  if (present !== undefined && isSame(present['subsets'] ?? [], subsets) && isSame(metadata.labels, labels)) {
    return undefined;
  }
  const annotations = withTriggerTime(metadata.annotations, time);
  return { apiVersion: 'v1', kind: 'Endpoints', metadata: { ...metadata, labels, annotations }, subsets };
}

/** Addresses with the same ports together. */
function subsetsOf(service: SimObject, members: readonly Member[]): readonly object[] {
  const { publishNotReadyAddresses, ipFamilies = [], ports = [] } = serviceSpec(service);
  const groups = new Map<string, { ready: object[]; notReady: object[]; ports: readonly object[] }>();
  const sorted = members
    .flatMap((member) => {
      const [ip] = addressesOf(member.pod, ipFamilies[0] ?? 'IPv4');
      return ip === undefined ? [] : [{ ...member, ip }];
    })
    .sort((one, other) => (one.ip < other.ip ? -1 : 1));
  for (const { ip, hostname, nodeName, pod, isServing, ports: found } of sorted) {
    if (ports.length > 0 && found.length === 0) continue;
    const named = found.map((port) => ({ ...port, name: port.name === '' ? undefined : port.name }));
    const key = JSON.stringify(named);
    const group = groups.get(key) ?? { ready: [], notReady: [], ports: named };
    groups.set(key, group);
    const list = isServing || publishNotReadyAddresses === true ? group.ready : group.notReady;
    list.push({ ip, hostname, nodeName, targetRef: referenceTo(pod) });
  }
  return Array.from(groups.values(), ({ ready, notReady, ports: shared }) => ({
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
    ...(shared.length === 0 ? {} : { ports: shared }),
  }));
}

function isSame(one: unknown, other: unknown): boolean {
  return text(one) === text(other);
}

/** With fields in order, and without those that are not set. */
function text(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
