// What spec says about the server pods: image, storage, resources, environment.
import {
  choice,
  constrained,
  flag,
  listBy,
  mapOf,
  object,
  optional,
  setOf,
  text,
  withDefault,
} from '../schema/build.ts';
import { objectName } from './common.ts';
import { billionths, neverShrinks, positive, quantity } from './quantities.ts';

export const image = object('The container image of the servers.', {
  repo: withDefault(
    text('The repository, with its registry unless it is on Docker Hub.', {
      minLength: 1,
      maxLength: 255,
      pattern: '^[a-zA-Z0-9]([-a-zA-Z0-9._/:]*[a-zA-Z0-9])?$',
      expected: 'a repository such as neo4j or registry.example.com/team/neo4j',
    }),
    'neo4j',
  ),
  tag: text(
    'The tag. With the repository `neo4j` a bare version is enough: the suffix of the edition is added.',
    {
      minLength: 1,
      maxLength: 128,
      pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$',
      expected: 'a tag such as 2026.08.1 or 5.26.0-enterprise',
    },
  ),
  version: optional(
    text('The Neo4j version in the image, where the tag does not tell it.', {
      minLength: 1,
      maxLength: 32,
      pattern: '^[0-9]+[.][0-9]+[.][0-9]+$',
      expected: 'a version such as 5.26.0 or 2026.08.1',
    }),
  ),
  digest: optional(
    text('The digest that the image is pinned to.', {
      maxLength: 71,
      pattern: '^sha256:[a-f0-9]{64}$',
      expected: 'sha256: and 64 hexadecimal digits',
    }),
  ),
  pullPolicy: withDefault(
    choice('When the node pulls the image.', ['Always', 'IfNotPresent', 'Never']),
    'IfNotPresent',
  ),
  pullSecrets: optional(
    setOf(
      'Secrets, in the same namespace, with credentials for the registry.',
      16,
      objectName('The name of a Secret.'),
    ),
  ),
});

export const storage = object("The servers' data volumes.", {
  size: constrained(quantity("The size of each server's volume. It can grow but not shrink."), [
    positive,
    neverShrinks,
  ]),
  className: optional(
    text('The StorageClass of new volumes. Absent: the default class of the Kubernetes cluster.', {
      maxLength: 253,
      pattern: '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$',
      expected: 'the name of a StorageClass',
    }),
  ),
  retentionPolicy: withDefault(
    choice('What becomes of the volumes when this object is deleted.', ['Retain', 'Delete']),
    'Retain',
  ),
});

export const resources = constrained(
  object('CPU and memory of each server.', {
    requests: optional(
      mapOf('What the node reserves, by resource: cpu, memory.', 16, quantity('An amount.')),
    ),
    limits: optional(
      mapOf('What the server cannot exceed, by resource: cpu, memory.', 16, quantity('An amount.')),
    ),
  }),
  [
    {
      on: 'write',
      rule: '!has(self.requests) || !has(self.limits) || self.requests.all(r, !(r in self.limits) || quantity(string(self.requests[r])).compareTo(quantity(string(self.limits[r]))) <= 0)',
      check: ({ requests = {}, limits = {} }) =>
        Object.entries(requests).every(([resource, request]) => {
          const limit = Object.hasOwn(limits, resource) ? limits[resource] : undefined;
          return limit === undefined || billionths(request) <= billionths(limit);
        }),
      message: 'a request exceeds the limit of the same resource',
      remedy: 'lower the request or raise the limit',
      reason: 'Invalid',
      fieldPath: '.requests',
    },
  ],
);

const variableName = constrained(
  text('The name.', {
    minLength: 1,
    maxLength: 256,
    pattern: '^[ -<>-~]+$',
    expected: 'printable ASCII characters other than =',
  }),
  [
    {
      on: 'write',
      rule: "!self.startsWith('NEO4J_')",
      check: (self) => !self.startsWith('NEO4J_'),
      message: 'variables that begin with NEO4J_ are set by the operator',
      remedy: 'set the Neo4j setting in spec.config',
      reason: 'Forbidden',
    },
  ],
);

function keyOf(source: string) {
  return object(`A key of a ${source}.`, {
    name: objectName(`The name of the ${source}, in the same namespace.`),
    key: text('The key.', {
      minLength: 1,
      maxLength: 253,
      pattern: '^[-._a-zA-Z0-9]+$',
      expected: 'letters, digits, -, _ and .',
    }),
    optional: optional(flag('Whether a server starts without the variable if there is no such key.')),
  });
}

const variableSource = constrained(
  object('Where the value comes from: one of the two.', {
    secretKeyRef: optional(keyOf('Secret')),
    configMapKeyRef: optional(keyOf('ConfigMap')),
  }),
  [
    {
      on: 'write',
      rule: 'has(self.secretKeyRef) != has(self.configMapKeyRef)',
      check: (self) => (self.secretKeyRef === undefined) !== (self.configMapKeyRef === undefined),
      message: 'there is not exactly one source',
      remedy: 'give either secretKeyRef or configMapKeyRef',
      reason: 'Invalid',
    },
  ],
);

export const env = listBy(
  'name',
  'Environment variables of the server containers.',
  128,
  constrained(
    object('A variable.', {
      name: variableName,
      value: optional(text('The value.', { maxLength: 32768 })),
      valueFrom: optional(variableSource),
    }),
    [
      {
        on: 'write',
        rule: '!has(self.value) || !has(self.valueFrom)',
        check: (self) => self.value === undefined || self.valueFrom === undefined,
        message: 'a variable has either a value or a source, not both',
        remedy: 'remove value or valueFrom',
        reason: 'Invalid',
      },
    ],
  ),
);
