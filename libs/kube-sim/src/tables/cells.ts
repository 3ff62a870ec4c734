// The texts in cells of the built-in kinds.
import type { SimObject } from '../api/object.ts';
import { numberAt, recordAt, recordsAt, textAt, textsAt } from '../builtins/fields.ts';
import { isRecord, type JsonRecord } from '../schema/json.ts';

const none = '<none>';

/** A string or a number as text. */
export function scalar(value: unknown, otherwise: string): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
}

/** Two numbers with a slash. */
export function fraction(object: SimObject, part: readonly string[], whole: readonly string[]): string {
  return `${numberAt(object, ...part)}/${numberAt(object, ...whole)}`;
}

/** In their short forms. */
export function accessModes(modes: readonly string[]): string {
  const short: Readonly<Record<string, string>> = {
    ReadWriteOnce: 'RWO',
    ReadOnlyMany: 'ROX',
    ReadWriteMany: 'RWX',
    ReadWriteOncePod: 'RWOP',
  };
  const known = Object.keys(short).filter((mode) => modes.includes(mode));
  return known.map((mode) => short[mode]).join(',');
}

/** With commas. */
export function textList(texts: readonly string[]): string {
  return texts.join(',');
}

/** The first three. */
export function someOf(texts: readonly string[], otherwise: string): string {
  if (texts.length === 0) return otherwise;
  const shown = texts.slice(0, 3).join(',');
  return texts.length > 3 ? `${shown} + ${texts.length - 3} more...` : shown;
}

/** Addresses with their ports. */
export function endpointsText(endpoints: SimObject): string {
  const addresses = recordsAt(endpoints, 'subsets').flatMap((subset) => {
    const ips = recordsAt(subset, 'addresses').map((address) => textAt(address, 'ip'));
    const ports = recordsAt(subset, 'ports');
    return ports.length === 0 ? ips : ports.flatMap(({ port }) => ips.map((ip) => `${ip}:${String(port)}`));
  });
  return recordsAt(endpoints, 'subsets').length === 0 ? none : someOf(addresses, '');
}

/** Whether a node is ready. */
export function nodeStatus(node: SimObject): string {
  const ready = recordsAt(node, 'status', 'conditions').find(({ type }) => type === 'Ready');
  const word = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady';
  return recordAt(node, 'spec')['unschedulable'] === true ? `${word},SchedulingDisabled` : word;
}

/** From its labels. */
export function nodeRoles({ metadata }: SimObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
    if (key.startsWith(prefix)) return key.length > prefix.length ? [key.slice(prefix.length)] : [];
    return key === 'kubernetes.io/role' && value !== '' ? [value] : [];
  });
  return roles.length === 0 ? none : [...new Set(roles)].sort().join(',');
}

/** The first address of a type. */
export function nodeAddress(type: string): (node: SimObject) => unknown {
  return (node) =>
    recordsAt(node, 'status', 'addresses').find((one) => one['type'] === type)?.['address'] ?? none;
}

/** How many of them are met. */
export function readinessGates(pod: SimObject): string {
  const gates = recordsAt(pod, 'spec', 'readinessGates');
  const conditions = recordsAt(pod, 'status', 'conditions');
  const met = gates.filter(({ conditionType }) =>
    conditions.some((one) => one['type'] === conditionType && one['status'] === 'True'),
  );
  return gates.length === 0 ? none : `${met.length}/${gates.length}`;
}

/** Where a Service is reached from outside. */
export function externalAddress(service: SimObject): string {
  const given = textsAt(service, 'spec', 'externalIPs');
  const type = textAt(service, 'spec', 'type');
  if (type === 'ExternalName') return textAt(service, 'spec', 'externalName');
  // As a bookmark shows it.
  if (type === '') return '<unknown>';
  if (type !== 'LoadBalancer') return given.length === 0 ? none : given.join(',');
  const balanced = recordsAt(service, 'status', 'loadBalancer', 'ingress').map(
    (one) => textAt(one, 'ip') || textAt(one, 'hostname'),
  );
  const all = [...balanced.sort(), ...given];
  return all.length === 0 ? '<pending>' : all.join(',');
}

/** With node ports and protocols. */
export function servicePorts(service: SimObject): string {
  const ports = recordsAt(service, 'spec', 'ports').map((port) => {
    const node = numberAt(port, 'nodePort');
    return `${numberAt(port, 'port')}${node === 0 ? '' : `:${node}`}/${textAt(port, 'protocol')}`;
  });
  return ports.length === 0 ? none : ports.join(',');
}

/** Labels with commas. */
export function labelText(labels: JsonRecord): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`);
  return pairs.length === 0 ? none : pairs.sort().join(',');
}

/** A label selector as kubectl writes it. */
export function selectorText(selector: unknown): string {
  if (!isRecord(selector)) return none;
  const terms = [
    ...Object.entries(recordAt(selector, 'matchLabels')).map(([key, value]) => [
      key,
      `${key}=${String(value)}`,
    ]),
    ...recordsAt(selector, 'matchExpressions').map((requirement) => {
      const key = textAt(requirement, 'key');
      return [
        key,
        requirementText(key, textAt(requirement, 'operator'), textsAt(requirement, 'values')),
      ] as const;
    }),
  ];
  const sorted = [...terms].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0 ? none : sorted.map(([, term]) => term).join(',');
}

function requirementText(key: string, operator: string, values: readonly string[]): string {
  const listed = `(${[...values].sort().join(',')})`;
  if (operator === 'In') return `${key} in ${listed}`;
  if (operator === 'NotIn') return `${key} notin ${listed}`;
  return operator === 'Exists' ? key : `!${key}`;
}

/** One word. */
export function jobStatus(job: SimObject): string {
  const has = (type: string): boolean =>
    recordsAt(job, 'status', 'conditions').some((one) => one['type'] === type && one['status'] === 'True');
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
}

/** How many of how many. */
export function jobCompletions(job: SimObject): string {
  const done = numberAt(job, 'status', 'succeeded');
  const wanted = recordAt(job, 'spec')['completions'];
  const atOnce = numberAt(job, 'spec', 'parallelism');
  if (typeof wanted === 'number') return `${done}/${wanted}`;
  return atOnce > 1 ? `${done}/1 of ${atOnce}` : `${done}/1`;
}

/** Current and wanted values. */
export function metricsText(autoscaler: SimObject): string {
  const current = recordsAt(autoscaler, 'status', 'currentMetrics');
  const texts = recordsAt(autoscaler, 'spec', 'metrics').map((metric, index) => {
    const [kind = ''] = Object.keys(metric).filter((key) => key !== 'type');
    const target = recordAt(metric, kind, 'target');
    const actual = recordAt(current[index] ?? {}, kind, 'current');
    const unit =
      ['averageUtilization', 'averageValue', 'value'].find((field) => target[field] !== undefined) ?? '';
    const suffix = unit === 'averageUtilization' ? '%' : '';
    const shown = actual[unit] === undefined ? '<unknown>' : `${scalar(actual[unit], '')}${suffix}`;
    const name =
      kind === 'resource' || kind === 'containerResource' ? `${textAt(metric, kind, 'name')}: ` : '';
    const average = unit === 'averageValue' && (kind === 'external' || kind === 'object') ? ' (avg)' : '';
    return `${name}${shown}/${scalar(target[unit], '<auto>')}${suffix}${average}`;
  });
  if (texts.length === 0) return none;
  const shown = texts.slice(0, 2).join(', ');
  return texts.length > 2 ? `${shown} + ${texts.length - 2} more...` : shown;
}
