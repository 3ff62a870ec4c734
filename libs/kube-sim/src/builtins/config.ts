// ConfigMaps, Secrets, Namespaces, Nodes, Events, Leases and what else is small.
import type { FieldCause } from '../api/failure.ts';
import type { Strategy } from '../api/resource.ts';
import { forbidden, invalidValue, required } from '../schema/causes.ts';
import type { JsonRecord } from '../schema/json.ts';
import { type Causes, immutable, notNegative, oneOf, qualified } from './checks.ts';
import { ensure, fill, numberAt, recordAt, recordsAt, textAt, textsAt } from './fields.ts';
import { isSame, restore, selectable, specOf, withStatus } from './strategy-parts.ts';

const maxBytes = 1_048_576;
const sealed = 'field is immutable when `immutable` is set';
const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** What the data of a type of Secret has to contain. */
const secretKeys = new Map<string, readonly string[]>(
  Object.entries({
    'kubernetes.io/tls': ['tls.crt', 'tls.key'],
    'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
    'kubernetes.io/dockercfg': ['.dockercfg'],
    'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  }),
);

/** Of ConfigMaps. */
export const configMapStrategy: Strategy = {
  generationChanges: null,
  validate: (configMap, old) => {
    const [data, binary] = [recordAt(configMap, 'data'), recordAt(configMap, 'binaryData')];
    const causes: FieldCause[] = [];
    for (const key of Object.keys(data)) {
      causes.push(...keyCauses(`data[${key}]`, key));
      if (Object.hasOwn(binary, key))
        causes.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    }
    for (const key of Object.keys(binary)) causes.push(...keyCauses(`binaryData[${key}]`, key));
    const size = sizeOf(data, (text) => Buffer.byteLength(text)) + sizeOf(binary, decodedLength);
    if (size > maxBytes) causes.push(tooBig('[]'));
    return [...causes, ...sealedCauses(configMap, old, ['data', 'binaryData'])];
  },
};

/** Of Secrets. */
export const secretStrategy: Strategy = {
  generationChanges: null,
  selectableFields: selectable('type'),
  validate: (secret, old) => {
    const data = recordAt(secret, 'data');
    const type = textAt(secret, 'type');
    const causes: FieldCause[] = Object.keys(data).flatMap((key) => keyCauses(`data[${key}]`, key));
    if (sizeOf(data, decodedLength) > maxBytes) causes.push(tooBig('data'));
    for (const key of secretKeys.get(type) ?? [])
      if (!Object.hasOwn(data, key)) causes.push(required(`data[${key}]`));
    if (type === 'kubernetes.io/basic-auth' && !('username' in data) && !('password' in data))
      causes.push(required('data[username]'), required('data[password]'));
    const account = 'kubernetes.io/service-account.name';
    if (
      type === 'kubernetes.io/service-account-token' &&
      secret.metadata.annotations?.[account] === undefined
    )
      causes.push(required(`metadata.annotations[${account}]`));
    const changed = old === undefined ? [] : immutable('type', secret['type'], old['type']);
    return [...causes, ...changed, ...sealedCauses(secret, old, ['data'])];
  },
};

function keyCauses(path: string, key: string): Causes {
  const causes: FieldCause[] = [];
  if (key.length > 253) causes.push(invalidValue(path, key, 'must be no more than 253 characters'));
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
    const detail =
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
    causes.push(invalidValue(path, key, detail));
  } else if (key === '.') causes.push(invalidValue(path, key, "must not be '.'"));
  else if (key === '..') causes.push(invalidValue(path, key, "must not be '..'"));
  else if (key.startsWith('..')) causes.push(invalidValue(path, key, "must not start with '..'"));
  return causes;
}

function sealedCauses(next: JsonRecord, old: JsonRecord | undefined, fields: readonly string[]): Causes {
  if (old?.['immutable'] !== true) return [];
  const changed = ['immutable', ...fields].filter((field) => !isSame(next, old, field));
  return changed.map((field) => forbidden(field, sealed));
}

function sizeOf(data: JsonRecord, measure: (text: string) => number): number {
  return Object.values(data).reduce((sum: number, value) => sum + measure(String(value)), 0);
}

function decodedLength(base64: string): number {
  return Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
}

function tooBig(field: string): FieldCause {
  return { reason: 'FieldValueTooLong', message: `Too long: may not be more than ${maxBytes} bytes`, field };
}

/** Of Namespaces; `spec.finalizers` goes through a subresource of its own. */
export const namespaceStrategy: Strategy = {
  ...withStatus({ phase: 'Active' }),
  generationChanges: null,
  nameRule: 'label',
  returnsDeleted: true,
  selectableFields: selectable('status.phase'),
  prepareForCreate: (namespace) => {
    namespace['status'] = { phase: 'Active' };
    // A name that was generated after the defaults.
    const name = 'kubernetes.io/metadata.name';
    namespace.metadata.labels = { ...namespace.metadata.labels, [name]: namespace.metadata.name };
    const spec = ensure(namespace, 'spec');
    const finalizers = textsAt(spec, 'finalizers');
    if (!finalizers.includes('kubernetes')) spec['finalizers'] = [...finalizers, 'kubernetes'];
  },
  prepareForUpdate: (next, old) => {
    restore(next, old, 'status');
    restore(ensure(next, 'spec'), specOf(old), 'finalizers');
  },
  validate: (namespace) =>
    textsAt(namespace, 'spec', 'finalizers').flatMap((name) => {
      const detail = 'name is neither a standard finalizer name nor is it fully qualified';
      const isKnown = name.includes('/') || name === 'kubernetes';
      return [
        ...qualified('spec.finalizers', name),
        ...(isKnown ? [] : [invalidValue('spec.finalizers', name, detail)]),
      ];
    }),
};

/** Of Nodes; a new one is not ready until somebody takes the taint away. */
export const nodeStrategy: Strategy = {
  generationChanges: null,
  selectableFields: {
    'spec.unschedulable': (node) => String(specOf(node)['unschedulable'] === true),
  },
  prepareForCreate: (node) => {
    const spec = ensure(node, 'spec');
    if (textAt(spec, 'podCIDR') !== '') fill(spec, { podCIDRs: [spec['podCIDR']] });
    const taints = recordsAt(spec, 'taints');
    const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
    if (taints.every(({ key }) => key !== taint.key)) spec['taints'] = [...taints, taint];
  },
  prepareForUpdate: (next, old) => {
    restore(next, old, 'status');
  },
  prepareForStatusUpdate: (next, old) => {
    restore(next, old, 'spec');
  },
  validate: (node, old) => [
    ...recordsAt(node, 'spec', 'taints').flatMap((taint, index) => [
      ...qualified(`metadata.taints[${index}].key`, textAt(taint, 'key')),
      ...oneOf(`metadata.taints[${index}].effect`, taint['effect'], effects),
    ]),
    ...(old !== undefined && textAt(old, 'spec', 'podCIDR') !== '' && !isSame(node, old, 'spec', 'podCIDR')
      ? [forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid')]
      : []),
  ],
};

/** Of Leases. */
export const leaseStrategy: Strategy = {
  generationChanges: null,
  createOnUpdate: true,
  requiresVersionOnUpdate: true,
  validate: (lease) => {
    const spec = specOf(lease);
    const seconds = spec['leaseDurationSeconds'];
    return [
      ...(typeof seconds === 'number' && seconds <= 0
        ? [invalidValue('spec.leaseDurationSeconds', seconds, 'must be greater than 0')]
        : []),
      ...notNegative('spec.leaseTransitions', spec['leaseTransitions']),
    ];
  },
};

/** Of PriorityClasses. */
export const priorityClassStrategy: Strategy = {
  validate: (priorityClass, old) => {
    const { name } = priorityClass.metadata;
    const causes: FieldCause[] = [];
    if (name.startsWith('system-')) {
      const detail = `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`;
      causes.push(forbidden('metadata.name', detail));
    } else if (numberAt(priorityClass, 'value') > 1_000_000_000)
      causes.push(forbidden('value', 'maximum allowed value of a user defined priority is 1000000000'));
    causes.push(
      ...oneOf('preemptionPolicy', priorityClass['preemptionPolicy'], ['PreemptLowerPriority', 'Never']),
    );
    if (old === undefined) return causes;
    if (!isSame(priorityClass, old, 'value'))
      causes.push(forbidden('value', 'may not be changed in an update.'));
    const policy = 'preemptionPolicy';
    return [...causes, ...immutable(policy, priorityClass[policy], old[policy])];
  },
};

/** Of ServiceAccounts. */
export const serviceAccountStrategy: Strategy = { generationChanges: null, returnsDeleted: true };

/** Of Endpoints. */
export const endpointsStrategy: Strategy = {
  generationChanges: null,
  createOnUpdate: true,
  validate: (endpoints) =>
    recordsAt(endpoints, 'subsets').flatMap((subset, index) => {
      const lists = ['addresses', 'notReadyAddresses'].map((list) => ({
        list,
        all: recordsAt(subset, list),
      }));
      return lists.every(({ all }) => all.length === 0)
        ? [required(`subsets[${index}]`, 'must specify `addresses` or `notReadyAddresses`')]
        : lists.flatMap(({ list, all }) =>
            all.flatMap((address, at) =>
              notLoopback(`subsets[${index}].${list}[${at}].ip`, textAt(address, 'ip')),
            ),
          );
    }),
};

function notLoopback(field: string, ip: string): Causes {
  const isLoopback = ip.startsWith('127.') || ip === '::1';
  const detail = 'may not be in the loopback range (127.0.0.0/8, ::1/128)';
  return isLoopback ? [invalidValue(field, ip, detail)] : [];
}

/** Of objects whose generation counts every change, that of labels too. */
export const endpointSliceStrategy: Strategy = {
  generationChanges: (next, old) =>
    Object.keys({ ...next, ...old }).some((field) => field !== 'metadata' && !isSame(next, old, field)) ||
    ['labels', 'annotations'].some((field) => !isSame(next, old, 'metadata', field)),
  validate: (slice, old) => {
    const type = textAt(slice, 'addressType');
    const causes: FieldCause[] = [];
    if (type === '') causes.push(required('addressType'));
    else causes.push(...oneOf('addressType', type, ['FQDN', 'IPv4', 'IPv6']));
    recordsAt(slice, 'endpoints').forEach((endpoint, index) => {
      const addresses = textsAt(endpoint, 'addresses');
      if (addresses.length === 0) causes.push(required(`endpoints[${index}].addresses`));
      addresses.forEach((ip, at) => {
        if (type !== 'FQDN') causes.push(...notLoopback(`endpoints[${index}].addresses[${at}]`, ip));
      });
    });
    if (old !== undefined && !isSame(slice, old, 'addressType'))
      causes.push(invalidValue('addressType', null, 'field is immutable'));
    return causes;
  },
};
