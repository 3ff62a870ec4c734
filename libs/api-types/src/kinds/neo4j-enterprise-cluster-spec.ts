import { compareQuantities } from '../quantity.ts';
import { choice, defaulted, integer, map, object, optional, set, string } from '../schema/build.ts';
import { immutable } from '../schema/rule.ts';
import { env } from './env.ts';
import {
  computeQuantity,
  databaseName,
  memorySize,
  objectName,
  secondariesOrPool,
  storageSize,
} from './fields.ts';

const edition = choice(
  'The edition of Neo4j. community runs one server, for evaluation and development.',
  ['enterprise', 'community'],
  {
    rules: [immutable('make a new cluster with the other edition and load a dump of the databases into it')],
  },
);

const image = object('The Neo4j container image.', {
  repo: defaulted(
    string('The repository, with its registry if it is not the default one.', {
      minLength: 1,
      maxLength: 255,
      pattern:
        '^([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$',
      form: 'a repository without a tag, such as neo4j or registry.example.com:5000/team/neo4j',
    }),
    'neo4j',
  ),
  tag: string(
    'The tag. For the repository neo4j a bare version such as 5.26.0 gets the suffix of the edition.',
    {
      maxLength: 128,
      pattern: '^[a-zA-Z0-9_][a-zA-Z0-9_.-]*$',
      form: 'letters, digits, underscores, dots and dashes, as in 5.26.0',
    },
  ),
  version: optional(
    string('The version of Neo4j in the image. Needed when the tag does not say it.', {
      maxLength: 32,
      pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+$',
      form: 'three numbers, as in 5.26.0 or 2026.08.1',
    }),
  ),
  digest: optional(
    string('The digest that pins the image.', {
      maxLength: 71,
      pattern: '^sha256:[a-f0-9]{64}$',
      form: 'sha256: and 64 hexadecimal digits',
    }),
  ),
  pullPolicy: defaulted(
    choice('When the node pulls the image.', ['IfNotPresent', 'Always', 'Never']),
    'IfNotPresent',
  ),
  pullSecrets: optional(
    set(
      'Names of Secrets in the same namespace with credentials for the registry.',
      objectName('The name of a Secret.'),
      {
        maxItems: 16,
      },
    ),
  ),
});

const defaultDatabase = object('The default database of the cluster.', {
  name: defaulted(
    databaseName('Its name. It is used when the cluster forms and stays.', [
      immutable('make a new database with a Neo4jDatabase object'),
    ]),
    'neo4j',
  ),
  primaries: optional(
    integer(
      'How many primaries it has. Absent: the largest odd number that is at most 3 and at most topology.primaries.',
      { minimum: 1, maximum: 11 },
    ),
  ),
  secondaries: defaulted(
    secondariesOrPool('How many secondaries it has; pool means one on every enabled secondary server.'),
    'pool',
  ),
});

const primaries = integer(
  'Servers that may host primaries. Odd numbers are best: an even one tolerates no more failures than the odd one below it. A cluster of one server and a cluster of more are formed differently, so the number cannot go from 1 to more or back.',
  {
    minimum: 1,
    maximum: 11,
    rules: [
      {
        cel: '(self == 1) == (oldSelf == 1)',
        message: 'cannot change between 1 and more than 1',
        remedy: 'make a new cluster with the number you want and restore a backup of the databases into it',
        reason: 'Immutable',
        checkChange: (self, oldSelf) => (self === 1) === (oldSelf === 1),
      },
    ],
  },
);

const topology = object(
  'How many servers there are and what they host.',
  {
    primaries,
    secondaries: defaulted(integer('Servers that host secondaries only.', { minimum: 0, maximum: 20 }), 0),
    defaultDatabase: defaulted(defaultDatabase, {}),
  },
  {
    rules: [
      {
        cel: '!has(self.defaultDatabase.primaries) || self.defaultDatabase.primaries <= self.primaries',
        message: 'is more than there are servers that may host primaries',
        remedy: 'use topology.primaries or fewer',
        reason: 'Invalid',
        fieldPath: '.defaultDatabase.primaries',
        check: (self) => (self.defaultDatabase.primaries ?? 1) <= self.primaries,
      },
    ],
  },
);

const storage = object('The data volume of each server.', {
  size: storageSize('The size of the volume. It can grow and never shrinks.', [
    {
      cel: '!isQuantity(self) || quantity(self).compareTo(quantity(oldSelf)) >= 0',
      message: 'is less than before, and a volume cannot shrink',
      remedy: 'keep the size, or move the data to a new cluster with smaller volumes',
      reason: 'Forbidden',
      checkChange: (self, oldSelf) => (compareQuantities(self, oldSelf) ?? 0) >= 0,
    },
  ]),
  className: optional(
    objectName('The storage class of the volume. Absent: the default one of the Kubernetes cluster.'),
  ),
  retentionPolicy: defaulted(
    choice('What happens to the volumes when this object is deleted.', ['Retain', 'Delete']),
    'Retain',
  ),
});

const quantities = (description: string) =>
  map(description, computeQuantity('The amount of one resource.'), { maxProperties: 16 });

const resources = object(
  'Compute resources of the Neo4j container.',
  {
    requests: optional(quantities('What the node must have free, by resource name such as cpu or memory.')),
    limits: optional(
      quantities('What the container may use at most, by resource name such as cpu or memory.'),
    ),
  },
  {
    rules: [
      {
        cel: '!has(self.requests) || !has(self.limits) || self.requests.all(name, !(name in self.limits) || !isQuantity(string(self.requests[name])) || !isQuantity(string(self.limits[name])) || quantity(string(self.requests[name])).compareTo(quantity(string(self.limits[name]))) <= 0)',
        message: 'asks for more than the limit of the same resource',
        remedy: 'lower the request or raise the limit',
        reason: 'Invalid',
        fieldPath: '.requests',
        check: ({ requests = {}, limits = {} }) =>
          Object.entries(requests).every(([name, request]) => {
            const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
            return limit === undefined || (compareQuantities(request, limit) ?? 0) <= 0;
          }),
      },
    ],
  },
);

const memory = object(
  'How the memory of a server is divided. What is absent follows from the memory limit.',
  {
    heap: optional(memorySize('The heap of the Java virtual machine.')),
    pageCache: optional(memorySize('The page cache, which holds the data that are in use.')),
  },
);

const config = map(
  'Settings of neo4j.conf, by name. Values are strings, so put numbers and booleans in quotes.',
  string('The value of one setting.', {
    maxLength: 8192,
    pattern: '^[^\\x00-\\x08\\x0a-\\x1f\\x7f]*$',
    form: 'a single line without control characters',
  }),
  {
    maxProperties: 256,
    keys: {
      pattern: '^[a-zA-Z][a-zA-Z0-9_.-]*$',
      form: 'the name of a setting: letters, digits, dots, underscores and dashes',
    },
  },
);

const auth = object('Authentication.', {
  adminSecret: optional(
    objectName(
      'The name of the Secret with the keys username (neo4j when absent) and password of the administrator. Absent: one is generated.',
    ),
  ),
});

const service = object('The Service that clients connect to.', {
  type: defaulted(choice('The type of the Service.', ['ClusterIP']), 'ClusterIP'),
});

/** The desired state of a cluster. */
export const clusterSpec = object(
  'What the cluster should be.',
  {
    edition: defaulted(edition, 'enterprise'),
    acceptLicenseAgreement: optional(
      choice(
        'Your word that you hold a commercial licence or accept the terms of the evaluation licence. Enterprise Edition is not deployed without it.',
        ['commercial', 'evaluation'],
      ),
    ),
    image,
    topology,
    storage,
    resources: optional(resources),
    memory: optional(memory),
    env: optional(env),
    config: optional(config),
    auth: optional(auth),
    service: defaulted(service, {}),
  },
  {
    rules: [
      {
        cel: "self.edition != 'community' || (self.topology.primaries == 1 && self.topology.secondaries == 0)",
        message: 'asks for more than one server, and Community Edition runs only one',
        remedy: 'set primaries to 1 and secondaries to 0, or use edition enterprise in a new cluster',
        reason: 'Invalid',
        fieldPath: '.topology',
        check: ({ edition, topology }) =>
          edition !== 'community' || (topology.primaries === 1 && topology.secondaries === 0),
      },
    ],
  },
);
