// Services: their addresses and node ports, and what they may look like.
import { type FieldCause } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { Strategy, StrategyContext } from '../api/resource.ts';
import { duplicate, forbidden, invalidValue, notSupported, required } from '../schema/causes.ts';
import { isIpv4, isIpv6 } from '../schema/formats.ts';
import { isRecord, type JsonRecord } from '../schema/json.ts';
import {
  type Causes,
  labels,
  named,
  notNegative,
  oneOf,
  portName,
  portNumber,
  repeated,
  requiredName,
} from './checks.ts';
import { ensure, fill, numberAt, recordAt, recordsAt, textAt, textsAt } from './fields.ts';
import { combined, isSame, selectable, specOf, withStatus } from './strategy-parts.ts';

/** The range that addresses come from, 10.0.0.0/16; the first is that of the Service `kubernetes`. Those of 10.0.0.0/24 are given first. */
const range = { prefix: '10.0.', from: 2, to: 65_534 };
const firstOfRange = { from: range.from, to: 254 };
const nodePorts = { from: 30_000, to: 32_767 };
const kubernetesAddress = `${range.prefix}0.1`;

const noAddress = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

/** Of Services. */
export const serviceStrategy: Strategy = combined(withStatus({ loadBalancer: {} }), {
  generationChanges: null,
  nameRule: 'label',
  createOnUpdate: true,
  returnsDeleted: true,
  selectableFields: selectable('spec.clusterIP', 'spec.type'),
  prepareForCreate: (service, context) => {
    const spec = ensure(service, 'spec');
    alignAddresses(spec);
    allocate(service, undefined, context);
  },
  prepareForUpdate: (next, old, context) => {
    const [spec, before] = [ensure(next, 'spec'), specOf(old)];
    // Who knows the single field only means both.
    if (!isSame(spec, before, 'clusterIP') && isSame(spec, before, 'clusterIPs'))
      Reflect.deleteProperty(spec, 'clusterIPs');
    const staysInside = spec['type'] !== 'ExternalName' && before['type'] !== 'ExternalName';
    if (staysInside && textAt(spec, 'clusterIP') === '' && textsAt(spec, 'clusterIPs').length === 0)
      fill(spec, { clusterIP: before['clusterIP'], clusterIPs: before['clusterIPs'] });
    if (staysInside)
      fill(spec, { ipFamilies: before['ipFamilies'], ipFamilyPolicy: before['ipFamilyPolicy'] });
    alignAddresses(spec);
    dropUnused(spec, before);
    // A Service that is no longer balanced has no balancer.
    if (before['type'] === 'LoadBalancer' && spec['type'] !== 'LoadBalancer')
      next['status'] = { ...recordAt(next, 'status'), loadBalancer: {} };
    allocate(next, old, context);
  },
  validate: (service, old, context) => {
    const spec = specOf(service);
    // The server looks at the rest only once it has allotted addresses and ports.
    for (const causes of [addressCauses(spec), allocationCauses(service, old, context)])
      if (causes.length > 0) return causes;
    return [...specCauses(spec), ...(old === undefined ? [] : changeCauses(spec, specOf(old)))];
  },
  validateStatusUpdate: (service) => balancerCauses(service),
});

/** The first of the list is what the single field says. */
function alignAddresses(spec: JsonRecord): void {
  const single = textAt(spec, 'clusterIP');
  if (single !== '' && textsAt(spec, 'clusterIPs').length === 0) spec['clusterIPs'] = [single];
}

/** What another type than before does not have. */
function dropUnused(spec: JsonRecord, before: JsonRecord): void {
  const { type } = spec;
  if (type === before['type']) return;
  const drop = (...fields: readonly string[]): void => {
    for (const field of fields) Reflect.deleteProperty(spec, field);
  };
  if (type === 'ExternalName')
    drop('clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy');
  if (type === 'NodePort' || type === 'LoadBalancer') return;
  drop('externalTrafficPolicy', 'healthCheckNodePort', 'allocateLoadBalancerNodePorts');
  for (const port of recordsAt(spec, 'ports')) Reflect.deleteProperty(port, 'nodePort');
}

/** Gives addresses and ports that no other Service has; what cannot be had is left to validation. */
function allocate(service: SimObject, old: SimObject | undefined, context: StrategyContext): void {
  const spec = specOf(service);
  if (spec['type'] === 'ExternalName') return;
  // Whoever sets the endpoints of a headless Service without a selector may use both families.
  const isOpen = textAt(spec, 'clusterIP') === 'None' && spec['selector'] === undefined && old === undefined;
  if (isOpen) fill(spec, { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' });
  fill(spec, { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  const needsPorts = spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer';
  const hasAddress = textAt(spec, 'clusterIP') !== '';
  if (hasAddress && !needsPorts) return;
  const others = othersThan(service, context);
  if (!hasAddress) {
    const taken = new Set(others.map((other) => textAt(other, 'clusterIP')));
    const isFree = (number: number): boolean => !taken.has(addressOf(number));
    const number = free(firstOfRange, service, isFree);
    const address = addressOf(isFree(number) ? number : free(range, service, isFree));
    Object.assign(spec, { clusterIP: address, clusterIPs: [address] });
  }
  if (!needsPorts || spec['allocateLoadBalancerNodePorts'] === false) return;
  const own = recordsAt(spec, 'ports');
  const taken = new Set(
    [...others.flatMap((other) => recordsAt(other, 'ports')), ...own].map((port) => port['nodePort']),
  );
  const before = old === undefined ? [] : recordsAt(specOf(old), 'ports');
  for (const port of own) {
    if (numberAt(port, 'nodePort') !== 0) continue;
    const same = before.find((one) => one['port'] === port['port'] && one['protocol'] === port['protocol']);
    port['nodePort'] = same?.['nodePort'] ?? free(nodePorts, service, (number) => !taken.has(number));
    taken.add(port['nodePort']);
  }
}

/** The address of a number in the range. */
function addressOf(number: number): string {
  return `${range.prefix}${number >> 8}.${number & 255}`;
}

/** The number in the range that an address has; NaN for others. */
function numberOf(address: string): number {
  const [, high = NaN, low = NaN] = /^10\.0\.(\d{1,3})\.(\d{1,3})$/.exec(address) ?? [];
  return 256 * Number(high) + Number(low);
}

function othersThan({ metadata: { uid } }: SimObject, context: StrategyContext): readonly JsonRecord[] {
  const services = context.list({ group: '', plural: 'services' });
  return services.filter(({ metadata }) => metadata.uid !== uid).map(specOf);
}

/** What was asked for and cannot be had. */
function allocationCauses(service: SimObject, old: SimObject | undefined, context: StrategyContext): Causes {
  const [spec, before] = [specOf(service), old === undefined ? {} : specOf(old)];
  // Most changes of a Service ask for nothing that another could have.
  const others = (): readonly JsonRecord[] => othersThan(service, context);
  const [address = ''] = textsAt(spec, 'clusterIPs');
  const refuse = (why: string): Causes => [
    invalidValue('spec.clusterIPs', [address], `failed to allocate IP ${address}: ${why}`),
  ];
  if (address !== '' && address !== 'None' && address !== textAt(before, 'clusterIP')) {
    const number = numberOf(address);
    if (!(number >= 1 && number <= range.to))
      return refuse('the provided network does not match the current range');
    if (address === kubernetesAddress || others().some((other) => other['clusterIP'] === address))
      return refuse('provided IP is already allocated');
  }
  const portsOf = (one: JsonRecord) => recordsAt(one, 'ports').map((port) => numberAt(port, 'nodePort'));
  const kept = portsOf(before);
  const { from, to } = nodePorts;
  const wanted = portsOf(spec);
  if (wanted.every((port) => port === 0 || kept.includes(port))) return [];
  const taken = new Set(others().flatMap(portsOf));
  return wanted.flatMap((port, index) => {
    if (port === 0 || kept.includes(port)) return [];
    const isInside = port >= from && port <= to;
    if (isInside && !taken.has(port)) return [];
    const why = isInside
      ? 'provided port is already allocated'
      : `provided port is not in the valid range. The range of valid ports is ${from}-${to}`;
    return [invalidValue(`spec.ports[${index}].nodePort`, port, why)];
  });
}

/** Where a balancer is. */
function balancerCauses(service: SimObject): Causes {
  const path = 'status.loadBalancer.ingress';
  const places = recordsAt(service, 'status', 'loadBalancer', 'ingress');
  if (places.length > 0 && specOf(service)['type'] !== 'LoadBalancer')
    return [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  return places.flatMap((place, index) => {
    const [ip, host] = [textAt(place, 'ip'), textAt(place, 'hostname')];
    return [
      ...(ip === '' || isIpv4(ip) || isIpv6(ip) ? [] : [invalidValue(`${path}[${index}].ip`, ip, noAddress)]),
      ...(host === '' ? [] : named(`${path}[${index}].hostname`, host, 'subdomain')),
    ];
  });
}

/** The server chooses by chance, so that what was freed is not had again at once; here it is the uid that chance has made. */
function free(
  { from, to }: { readonly from: number; readonly to: number },
  { metadata: { uid = '', resourceVersion = '' } }: SimObject,
  isFree: (one: number) => boolean,
): number {
  const size = to - from + 1;
  const start = Number.parseInt(uid.slice(0, 8), 16) + Number(resourceVersion) || 0;
  for (let step = 0; step < size; step += 1) {
    const number = from + ((start + step) % size);
    if (isFree(number)) return number;
  }
  return from;
}

function specCauses(spec: JsonRecord): Causes {
  const { type, externalTrafficPolicy } = spec;
  const ports = recordsAt(spec, 'ports');
  const isHeadless = textAt(spec, 'clusterIP') === 'None';
  const isExternal = type === 'NodePort' || type === 'LoadBalancer';
  const causes: FieldCause[] = [];
  if (ports.length === 0 && !isHeadless && type !== 'ExternalName') causes.push(required('spec.ports'));
  if (type === 'ExternalName') {
    if (textsAt(spec, 'clusterIPs').length > 0)
      causes.push(forbidden('spec.clusterIPs', 'may not be set for ExternalName services'));
    causes.push(...requiredName('spec.externalName', textAt(spec, 'externalName'), 'subdomain'));
  }
  ports.forEach((port, index) => {
    causes.push(...portCauses(`spec.ports[${index}]`, port, ports.length > 1));
  });
  causes.push(
    ...repeated(ports, (port) => textAt(port, 'name')).map(([port, index]) =>
      duplicate(`spec.ports[${index}].name`, port['name']),
    ),
    ...labels('spec.selector', spec['selector']),
    ...oneOf('spec.sessionAffinity', spec['sessionAffinity'], ['ClientIP', 'None']),
    ...affinityCauses(spec),
    ...oneOf('spec.type', type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
  );
  if (type === 'ClusterIP')
    ports.forEach((port, index) => {
      if (numberAt(port, 'nodePort') !== 0) {
        const detail = "may not be used when `type` is 'ClusterIP'";
        causes.push(forbidden(`spec.ports[${index}].nodePort`, detail));
      }
    });
  causes.push(...samePortCauses(ports));
  if (externalTrafficPolicy !== undefined && !isExternal && textsAt(spec, 'externalIPs').length === 0) {
    const detail = 'may only be set for externally-accessible services';
    causes.push(invalidValue('spec.externalTrafficPolicy', externalTrafficPolicy, detail));
  } else causes.push(...oneOf('spec.externalTrafficPolicy', externalTrafficPolicy, ['Cluster', 'Local']));
  causes.push(...oneOf('spec.internalTrafficPolicy', spec['internalTrafficPolicy'], ['Cluster', 'Local']));
  return causes;
}

function portCauses(path: string, port: JsonRecord, needsName: boolean): Causes {
  const name = textAt(port, 'name');
  const target = port['targetPort'];
  return [
    ...(name === '' ? (needsName ? [required(`${path}.name`)] : []) : named(`${path}.name`, name, 'label')),
    ...portNumber(`${path}.port`, port['port']),
    ...oneOf(`${path}.protocol`, port['protocol'], ['SCTP', 'TCP', 'UDP']),
    ...(typeof target === 'string'
      ? portName(`${path}.targetPort`, target)
      : portNumber(`${path}.targetPort`, target)),
    ...notNegative(`${path}.nodePort`, port['nodePort']),
  ];
}

function samePortCauses(ports: readonly JsonRecord[]): Causes {
  return repeated(ports, (port) => `${textAt(port, 'protocol')}/${numberAt(port, 'port')}`).map(
    ([port, index]) => {
      const { protocol: Protocol, port: Port } = port;
      const shown = { Name: '', Protocol, AppProtocol: null, Port, TargetPort: 0, NodePort: 0 };
      const message = `Duplicate value: ${JSON.stringify(shown)}`;
      return { reason: 'FieldValueDuplicate', message, field: `spec.ports[${index}]` };
    },
  );
}

function affinityCauses(spec: JsonRecord): Causes {
  const config = spec['sessionAffinityConfig'];
  const seconds = isRecord(config) ? numberAt(config, 'clientIP', 'timeoutSeconds') : 1;
  const path = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds';
  return seconds > 0 && seconds <= 86_400
    ? []
    : [invalidValue(path, seconds, 'must be greater than 0 and less than 86400')];
}

function addressCauses(spec: JsonRecord): Causes {
  const addresses = textsAt(spec, 'clusterIPs');
  const [first = ''] = addresses;
  const policy = spec['ipFamilyPolicy'];
  const causes: FieldCause[] = [];
  if (addresses.length > 0 && first !== textAt(spec, 'clusterIP'))
    return [invalidValue('spec.clusterIPs', addresses, 'first value must match `clusterIP`')];
  if (first === 'None') {
    if (spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer') {
      const detail = `may not be set to 'None' for ${spec['type']} services`;
      causes.push(invalidValue('spec.clusterIPs[0]', first, detail));
    }
  } else if (first !== '' && !isIpv4(first) && !isIpv6(first)) {
    causes.push(invalidValue('spec.clusterIPs[0]', first, noAddress));
  }
  if (first === 'None' && spec['selector'] === undefined) return causes;
  if (policy === 'RequireDualStack') {
    const detail = 'this cluster is not configured for dual-stack services';
    causes.push(invalidValue('spec.ipFamilyPolicy', policy, detail));
  } else if (policy !== undefined && policy !== 'SingleStack' && policy !== 'PreferDualStack') {
    causes.push(
      notSupported('spec.ipFamilyPolicy', policy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']),
    );
  }
  textsAt(spec, 'ipFamilies').forEach((family, index) => {
    if (family !== 'IPv4')
      causes.push(invalidValue(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  });
  return causes;
}

function changeCauses(next: JsonRecord, old: JsonRecord): Causes {
  const [before = ''] = textsAt(old, 'clusterIPs');
  const addresses = textsAt(next, 'clusterIPs');
  const isKept = next['type'] === 'ExternalName' || old['type'] === 'ExternalName' || before === '';
  return isKept || addresses[0] === before
    ? []
    : [invalidValue('spec.clusterIPs[0]', addresses, 'may not change once set')];
}
