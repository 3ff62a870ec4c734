// Validation of the containers of a pod.
import type { FieldCause } from '../api/failure.ts';
import { duplicate, forbidden, invalidValue, required } from '../schema/causes.ts';
import { isRecord, type JsonRecord } from '../schema/json.ts';
import {
  type Causes,
  named,
  portName,
  portNumber,
  portOf,
  present,
  qualified,
  relativePath,
  repeated,
} from './checks.ts';
import { recordAt, textAt } from './fields.ts';
import { quantityNanos } from './quantity.ts';
import {
  all,
  among,
  atLeastZero,
  distinct,
  each,
  exactlyOne,
  fields,
  must,
  mustBeName,
  type Rule,
  texts,
  within,
} from './rules.ts';

const standardResources = /^(?:cpu|memory|ephemeral-storage|storage|hugepages-.*)$/;
const environmentFields =
  /^(?:metadata\.(?:name|namespace|uid)|metadata\.(?:labels|annotations)\['.+'\]|spec\.(?:nodeName|serviceAccountName)|status\.(?:podIPs?|hostIPs?))$/;

/** What containers are checked against. */
export interface ContainerSurroundings {
  /** The names of the volumes. */
  readonly volumes: ReadonlySet<string>;
  /** Containers whose names are taken. */
  readonly others: readonly JsonRecord[];
  readonly isInit: boolean;
}

/** All containers of a list, and that no name stands twice. */
export function containersCauses(
  path: string,
  containers: readonly JsonRecord[],
  { volumes, others, isInit }: ContainerSurroundings,
): Causes {
  const twice = repeated([...others, ...containers], (container) => textAt(container, 'name'));
  return [
    ...each(containerRule(volumes, isInit))(path, containers, {}),
    ...twice
      .filter(([, index]) => index >= others.length)
      .map(([{ name }, index]) => duplicate(`${path}[${index - others.length}].name`, name)),
  ];
}

function containerRule(volumes: ReadonlySet<string>, isInit: boolean): Rule {
  const probe =
    (rule: Rule): Rule =>
    (path, value, parent) =>
      isInit && parent['restartPolicy'] !== 'Always' && value !== undefined
        ? [forbidden(path, 'may not be set for init containers without restartPolicy=Always')]
        : rule(path, value, parent);
  return fields({
    name: mustBeName('label'),
    image: all(
      must(),
      texts((image) => image === image.trim(), 'must not have leading or trailing whitespace'),
    ),
    terminationMessagePolicy: among('File', 'FallbackToLogsOnError'),
    ports: all(each(port), distinct('name')),
    env: each(variable),
    volumeMounts: mounts(volumes),
    imagePullPolicy: among('Always', 'IfNotPresent', 'Never'),
    resources: resources,
    securityContext: fields({ runAsUser: within(0), runAsGroup: within(0) }),
    livenessProbe: probe(onceProbe),
    readinessProbe: probe(anyProbe),
    startupProbe: probe(onceProbe),
    lifecycle: fields({ postStart: ifThere(handler), preStop: ifThere(handler) }),
  });
}

function ifThere(rule: Rule): Rule {
  return (path, value, parent) => (value === undefined ? [] : rule(path, value, parent));
}

const port = fields({
  name: (path, name) => (typeof name === 'string' && name !== '' ? portName(path, name) : []),
  containerPort: (path, number) => (number === 0 ? [required(path)] : portNumber(path, number)),
  hostPort: portNumber,
  protocol: among('SCTP', 'TCP', 'UDP'),
});

const keyReference = fields({
  name: (path, name) => named(path, typeof name === 'string' ? name : '', 'subdomain'),
  key: must(),
});

const variableSource = fields({
  fieldRef: fields({
    fieldPath: (path, value) => {
      const fieldPath = typeof value === 'string' ? value : '';
      if (fieldPath === '') return [required(path)];
      const detail = `error converting fieldPath: field label not supported: ${fieldPath}`;
      return environmentFields.test(fieldPath) ? [] : [invalidValue(path, fieldPath, detail)];
    },
  }),
  configMapKeyRef: keyReference,
  secretKeyRef: keyReference,
});

const variable = fields({
  name: all(
    must(),
    texts(
      (name) => /^[ -<>-~]*$/.test(name),
      "a valid environment variable name must consist only of printable ASCII characters other than '='",
    ),
  ),
  valueFrom: (path, source, parent) => {
    if (!isRecord(source)) return [];
    const count = Object.keys(source).length;
    const problems = [
      ...(textAt(parent, 'value') === '' ? [] : ['may not be specified when `value` is not empty']),
      ...(count === 0
        ? [
            'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
          ]
        : []),
      ...(count > 1 ? ['may not have more than one field specified at a time'] : []),
    ];
    return [
      ...problems.map((detail) => invalidValue(path, '', detail)),
      ...variableSource(path, source, parent),
    ];
  },
});

function mounts(volumes: ReadonlySet<string>): Rule {
  return (listPath, list, container) => {
    const seen = new Set<string>();
    const mount = fields({
      name: all(must(), (field, name) =>
        volumes.has(name as string)
          ? []
          : [{ reason: 'FieldValueNotFound', message: `Not found: ${JSON.stringify(name)}`, field }],
      ),
      mountPath: all(must(), (path, value) => {
        const isTaken = seen.has(value as string);
        seen.add(value as string);
        return isTaken ? [invalidValue(path, value, 'must be unique')] : [];
      }),
      // The server leaves the index out here.
      subPath: (_path, value) =>
        typeof value === 'string' && value !== '' ? relativePath(`${listPath}.subPath`, value) : [],
    });
    return each(mount)(listPath, list, container);
  };
}

const resources: Rule = (path, value) => {
  const [limits, requests] = ['limits', 'requests'].map((list) =>
    recordAt(isRecord(value) ? value : {}, list),
  );
  if (limits === undefined || requests === undefined) return [];
  return [
    ...quantities(`${path}.limits`, limits),
    ...quantities(`${path}.requests`, requests),
    ...Object.keys(requests).flatMap((name) =>
      requestCauses(path, name, textAt(requests, name), textAt(limits, name)),
    ),
  ];
};

function requestCauses(path: string, name: string, request: string, limit: string): Causes {
  const isExtended = name.includes('/');
  if (limit === '')
    return isExtended
      ? [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')]
      : [];
  const wrong = (how: string): Causes => [
    invalidValue(`${path}.requests`, request, `must be ${how} ${name} limit of ${limit}`),
  ];
  if (isExtended && limit !== request) return wrong('equal to');
  return (quantityNanos(request) ?? 0n) > (quantityNanos(limit) ?? 0n) ? wrong('less than or equal to') : [];
}

function quantities(path: string, list: JsonRecord): Causes {
  return Object.entries(list).flatMap(([name, value]) => {
    const at = `${path}[${name}]`;
    const nanos = quantityNanos(String(value)) ?? 0n;
    const causes: FieldCause[] = [...qualified(at, name)];
    if (!standardResources.test(name) && !name.includes('/'))
      for (const what of ['resource type or fully qualified', 'resource for containers'])
        causes.push(invalidValue(at, name, `must be a standard ${what}`));
    if (nanos < 0n) causes.push(invalidValue(at, value, 'must be greater than or equal to 0'));
    if (name.includes('/') && nanos % 1_000_000_000n !== 0n)
      causes.push(invalidValue(at, value, 'must be an integer'));
    return causes;
  });
}

const handler: Rule = exactlyOne(
  {
    exec: fields({ command: (path, command) => (Array.isArray(command) ? [] : present(path, undefined)) }),
    httpGet: fields({ port: portOf, scheme: among('HTTP', 'HTTPS') }),
    tcpSocket: fields({ port: portOf }),
    grpc: fields({ port: portNumber }),
    sleep: () => [],
  },
  { missing: 'must specify a handler type', many: 'may not specify more than 1 handler type' },
);

const anyProbe: Rule = ifThere(
  all(
    handler,
    fields({
      initialDelaySeconds: atLeastZero,
      timeoutSeconds: atLeastZero,
      periodSeconds: atLeastZero,
      successThreshold: atLeastZero,
      failureThreshold: atLeastZero,
    }),
  ),
);

const onceProbe: Rule = all(
  anyProbe,
  fields({
    successThreshold: (path, value) => (value === 1 ? [] : [invalidValue(path, value, 'must be 1')]),
  }),
);
