// Validation of the containers of a pod.
import type { FieldCause } from '../api/failure.ts';
import { duplicate, forbidden, invalidValue, notSupported, required } from '../schema/causes.ts';
import { isRecord, type JsonRecord } from '../schema/json.ts';
import {
  between,
  type Causes,
  named,
  notNegative,
  oneOf,
  portName,
  portNumber,
  portOf,
  present,
  qualified,
  relativePath,
  repeated,
  requiredName,
} from './checks.ts';
import { recordAt, recordsAt, textAt, textsAt, valueAt } from './fields.ts';
import { quantityNanos } from './quantity.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];
const standardResources = new Set(['cpu', 'memory', 'ephemeral-storage', 'storage']);
const environmentFields =
  /^(?:metadata\.(?:name|namespace|uid)|metadata\.(?:labels|annotations)\['.+'\]|spec\.(?:nodeName|serviceAccountName)|status\.(?:podIPs?|hostIPs?))$/;

/** All containers of a list, and that no name stands twice, be it in `others`. */
export function containersCauses(
  path: string,
  containers: readonly JsonRecord[],
  { volumes, others, isInit }: ContainerSurroundings,
): Causes {
  const taken = [...others, ...containers].map((container) => ({ container }));
  const twice = repeated(taken, ({ container }) => textAt(container, 'name')).filter(
    ([, index]) => index >= others.length,
  );
  return [
    ...containers.flatMap((container, index) =>
      containerCauses(`${path}[${index}]`, container, volumes, isInit),
    ),
    ...twice.map(([{ container }, index]) =>
      duplicate(`${path}[${index - others.length}].name`, container['name']),
    ),
  ];
}

/** What containers are checked against. */
export interface ContainerSurroundings {
  readonly volumes: ReadonlySet<string>;
  readonly others: readonly JsonRecord[];
  readonly isInit: boolean;
}

function containerCauses(
  path: string,
  container: JsonRecord,
  volumes: ReadonlySet<string>,
  isInit: boolean,
): Causes {
  const image = textAt(container, 'image');
  const isSidecar = container['restartPolicy'] === 'Always';
  const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].filter((name) =>
    isRecord(container[name]),
  );
  return [
    ...requiredName(`${path}.name`, textAt(container, 'name'), 'label'),
    ...present(`${path}.image`, image),
    ...(image === image.trim()
      ? []
      : [invalidValue(`${path}.image`, image, 'must not have leading or trailing whitespace')]),
    ...oneOf(`${path}.terminationMessagePolicy`, container['terminationMessagePolicy'], [
      'File',
      'FallbackToLogsOnError',
    ]),
    ...portsCauses(`${path}.ports`, recordsAt(container, 'ports')),
    ...recordsAt(container, 'env').flatMap((variable, index) =>
      variableCauses(`${path}.env[${index}]`, variable),
    ),
    ...mountsCauses(`${path}.volumeMounts`, recordsAt(container, 'volumeMounts'), volumes),
    ...oneOf(`${path}.imagePullPolicy`, container['imagePullPolicy'], ['Always', 'IfNotPresent', 'Never']),
    ...resourcesCauses(`${path}.resources`, recordAt(container, 'resources')),
    ...securityCauses(`${path}.securityContext`, recordAt(container, 'securityContext')),
    ...probes.flatMap((name) =>
      isInit && !isSidecar
        ? [forbidden(`${path}.${name}`, 'may not be set for init containers without restartPolicy=Always')]
        : probeCauses(`${path}.${name}`, recordAt(container, name), name !== 'readinessProbe'),
    ),
    ...['postStart', 'preStop'].flatMap((hook) => {
      const handler = valueAt(container, 'lifecycle', hook);
      return isRecord(handler) ? handlerCauses(`${path}.lifecycle.${hook}`, handler) : [];
    }),
  ];
}

function portsCauses(path: string, ports: readonly JsonRecord[]): Causes {
  const causes = ports.flatMap((port, index) => {
    const at = `${path}[${index}]`;
    const name = textAt(port, 'name');
    return [
      ...(name === '' ? [] : portName(`${at}.name`, name)),
      ...(port['containerPort'] === 0
        ? [required(`${at}.containerPort`)]
        : portNumber(`${at}.containerPort`, port['containerPort'])),
      ...portNumber(`${at}.hostPort`, port['hostPort']),
      ...oneOf(`${at}.protocol`, port['protocol'], protocols),
    ];
  });
  const twice = repeated(ports, (port) => textAt(port, 'name'));
  return [...causes, ...twice.map(([port, index]) => duplicate(`${path}[${index}].name`, port['name']))];
}

function variableCauses(path: string, variable: JsonRecord): Causes {
  const name = textAt(variable, 'name');
  const nameProblem =
    "a valid environment variable name must consist only of printable ASCII characters other than '='";
  const causes: FieldCause[] =
    name === ''
      ? [required(`${path}.name`)]
      : /^[ -<>-~]+$/.test(name)
        ? []
        : [invalidValue(`${path}.name`, name, nameProblem)];
  const source = variable['valueFrom'];
  if (!isRecord(source)) return causes;
  const at = `${path}.valueFrom`;
  const kinds = Object.keys(source);
  if (textAt(variable, 'value') !== '')
    causes.push(invalidValue(at, '', 'may not be specified when `value` is not empty'));
  if (kinds.length === 0) {
    const detail =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    causes.push(invalidValue(at, '', detail));
  }
  if (kinds.length > 1)
    causes.push(invalidValue(at, '', 'may not have more than one field specified at a time'));
  const fieldPath = textAt(source, 'fieldRef', 'fieldPath');
  if ('fieldRef' in source) causes.push(...fieldCauses(`${at}.fieldRef.fieldPath`, fieldPath));
  for (const kind of ['configMapKeyRef', 'secretKeyRef']) {
    if (!(kind in source)) continue;
    causes.push(
      ...named(`${at}.${kind}.name`, textAt(source, kind, 'name'), 'subdomain'),
      ...present(`${at}.${kind}.key`, textAt(source, kind, 'key')),
    );
  }
  return causes;
}

function fieldCauses(path: string, fieldPath: string): Causes {
  if (fieldPath === '') return [required(path)];
  if (environmentFields.test(fieldPath)) return [];
  const detail = `error converting fieldPath: field label not supported: ${fieldPath}`;
  return [invalidValue(path, fieldPath, detail)];
}

function mountsCauses(path: string, mounts: readonly JsonRecord[], volumes: ReadonlySet<string>): Causes {
  const seen = new Set<string>();
  return mounts.flatMap((mount, index) => {
    const at = `${path}[${index}]`;
    const [name, mountPath, subPath] = ['name', 'mountPath', 'subPath'].map((field) => textAt(mount, field));
    const isTaken = seen.has(mountPath ?? '');
    seen.add(mountPath ?? '');
    const notFound = {
      reason: 'FieldValueNotFound',
      message: `Not found: ${JSON.stringify(name)}`,
      field: `${at}.name`,
    };
    return [
      ...present(`${at}.name`, name),
      ...(volumes.has(name ?? '') ? [] : [notFound]),
      ...present(`${at}.mountPath`, mountPath),
      ...(isTaken ? [invalidValue(`${at}.mountPath`, mountPath, 'must be unique')] : []),
      // The server leaves the index out here.
      ...(subPath === '' ? [] : relativePath(`${path}.subPath`, subPath ?? '')),
    ];
  });
}

function resourcesCauses(path: string, resources: JsonRecord): Causes {
  const limits = recordAt(resources, 'limits');
  const requests = recordAt(resources, 'requests');
  const causes = [
    ...quantitiesCauses(`${path}.limits`, limits),
    ...quantitiesCauses(`${path}.requests`, requests),
  ];
  for (const [name, value] of Object.entries(requests)) {
    const limit = limits[name] === undefined ? undefined : textAt(limits, name);
    const isExtended = name.includes('/');
    if (limit === undefined) {
      if (isExtended)
        causes.push(required(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
    } else if (isExtended && limit !== value) {
      const detail = `must be equal to ${name} limit of ${limit}`;
      causes.push(invalidValue(`${path}.requests`, value, detail));
    } else if ((quantityNanos(String(value)) ?? 0n) > (quantityNanos(limit) ?? 0n)) {
      const detail = `must be less than or equal to ${name} limit of ${limit}`;
      causes.push(invalidValue(`${path}.requests`, value, detail));
    }
  }
  return causes;
}

function quantitiesCauses(path: string, list: JsonRecord): Causes {
  return Object.entries(list).flatMap(([name, value]) => {
    const at = `${path}[${name}]`;
    const isStandard = standardResources.has(name) || name.startsWith('hugepages-');
    const nanos = quantityNanos(String(value)) ?? 0n;
    return [
      ...qualified(at, name),
      ...(isStandard || name.includes('/')
        ? []
        : [
            'must be a standard resource type or fully qualified',
            'must be a standard resource for containers',
          ].map((detail) => invalidValue(at, name, detail))),
      ...(nanos < 0n ? [invalidValue(at, value, 'must be greater than or equal to 0')] : []),
      ...(name.includes('/') && nanos % 1_000_000_000n !== 0n
        ? [invalidValue(at, value, 'must be an integer')]
        : []),
    ];
  });
}

function securityCauses(path: string, context: JsonRecord): Causes {
  return [
    ...between(`${path}.runAsUser`, context['runAsUser'], 0),
    ...between(`${path}.runAsGroup`, context['runAsGroup'], 0),
  ];
}

function probeCauses(path: string, probe: JsonRecord, isOnce: boolean): Causes {
  const numbers = [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ];
  return [
    ...handlerCauses(path, probe),
    ...numbers.flatMap((name) => notNegative(`${path}.${name}`, probe[name])),
    ...(isOnce && probe['successThreshold'] !== 1
      ? [invalidValue(`${path}.successThreshold`, probe['successThreshold'], 'must be 1')]
      : []),
  ];
}

function handlerCauses(path: string, handler: JsonRecord): Causes {
  const kinds = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'].filter((kind) => isRecord(handler[kind]));
  const [first, ...further] = kinds;
  if (first === undefined) return [required(path, 'must specify a handler type')];
  const at = `${path}.${first}`;
  const action = recordAt(handler, first);
  const causes: FieldCause[] = further.map((kind) =>
    forbidden(`${path}.${kind}`, 'may not specify more than 1 handler type'),
  );
  if (first === 'exec' && textsAt(action, 'command').length === 0) causes.push(required(`${at}.command`));
  if (first === 'httpGet' || first === 'tcpSocket') causes.push(...portOf(`${at}.port`, action['port']));
  const { scheme } = action;
  if (first === 'httpGet' && scheme !== 'HTTP' && scheme !== 'HTTPS')
    causes.push(notSupported(`${at}.scheme`, scheme, ['HTTP', 'HTTPS']));
  if (first === 'grpc') causes.push(...portNumber(`${at}.port`, action['port']));
  return causes;
}
