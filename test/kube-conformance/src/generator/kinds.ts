// The kinds that random interactions are about, and what may stand in their objects.
import type { Fields, Json } from '../scene.ts';
import * as paths from '../scenes/objects.ts';
import type { Chance } from './chance.ts';

/** A kind of object. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly path: string;
  /** Of an object that is valid. */
  readonly fields: (chance: Chance) => Fields;
  /** A merge patch that is allowed as a rule. */
  readonly edit: (chance: Chance) => Fields;
  /** Merge patches that are refused, or have something unknown in them. */
  readonly bad: readonly [Fields, ...Fields[]];
  /** What is applied: part of an object. */
  readonly part: (chance: Chance) => Fields;
  readonly status?: (chance: Chance) => Fields;
  readonly scale?: boolean;
  /** Custom resources have no strategic merge. */
  readonly custom?: boolean;
  readonly fieldSelectors: readonly [string, ...string[]];
}

const text = (chance: Chance): string => chance.pick(['x', 'y', 'z']);
const count = (chance: Chance): number => chance.below(4);

function data(chance: Chance): Fields {
  return Object.fromEntries(chance.some(['a', 'b', 'c']).map((key) => [key, text(chance)]));
}

const dataOrNull = (chance: Chance): Fields => ({
  data: Object.fromEntries(
    chance.some(['a', 'b', 'c']).map((key) => [key, chance.of(0.3) ? null : text(chance)]),
  ),
});

function container(chance: Chance): Json {
  return {
    name: 'main',
    image: `example/app:${count(chance)}`,
    ...(chance.of(0.3)
      ? { env: chance.some(['A', 'B']).map((name) => ({ name, value: text(chance) })) }
      : {}),
    ...(chance.of(0.2) ? { resources: { requests: { cpu: chance.pick(['100m', '1', 0.5]) } } } : {}),
    ...(chance.of(0.2) ? { ports: [{ name: 'http', containerPort: 80 + count(chance) }] } : {}),
  };
}

function template(chance: Chance): Json {
  return { metadata: { labels: { app: 'a' } }, spec: { containers: [container(chance)] } };
}

function gadgetSpec(chance: Chance): Fields {
  const names = chance.some(['p', 'q', 'r']);
  const all: Fields = {
    replicas: count(chance),
    mode: chance.pick(['fast', 'safe']),
    owner: chance.pick(['me', 'you']),
    port: chance.pick<Json>([80, 'http']),
    note: chance.pick<Json>(['n', null]),
    ports: names.map((name) => ({
      name,
      number: 1 + count(chance),
      ...(chance.of(0.3) ? { protocol: 'UDP' } : {}),
    })),
    tags: chance.some(['s', 't', 'u']),
    args: chance.some(['1', '2']),
    limits: Object.fromEntries(chance.some(['a', 'b']).map((key) => [key, count(chance)])),
    flavour: { a: text(chance) },
    nested: { label: text(chance) },
    free: { any: { [text(chance)]: chance.pick<Json>([1, 'x', [1, 2], null]) } },
  };
  return Object.fromEntries(chance.some(Object.keys(all), 0.3).map((key) => [key, all[key] ?? null]));
}

const configMap: Kind = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  path: paths.configMaps,
  fields: (chance) => (chance.of(0.1) ? {} : { data: data(chance) }),
  edit: dataOrNull,
  bad: [
    { data: { 'bad key': 'x' } },
    { data: { a: 1 } },
    { data: 'x' },
    { unknown: 1 },
    { binaryData: { a: '!' } },
    { immutable: 'x' },
  ],
  part: (chance) => ({ data: data(chance) }),
  fieldSelectors: ['metadata.name=a', 'metadata.name!=a', 'metadata.namespace={ns}', 'data.a=x'],
};

const secret: Kind = {
  apiVersion: 'v1',
  kind: 'Secret',
  path: paths.secrets,
  fields: (chance) => ({ stringData: data(chance), ...(chance.of(0.3) ? { type: 'example.com/t' } : {}) }),
  edit: (chance) => ({ stringData: data(chance) }),
  bad: [
    { data: { a: '!' } },
    { type: 'other' },
    { stringData: { 'bad key': 'x' } },
    { unknown: 1 },
    { data: { a: 5 } },
  ],
  part: (chance) => ({ data: { [chance.pick(['a', 'b'])]: chance.pick(['eA==', 'eQ==']) } }),
  fieldSelectors: ['type=Opaque', 'type!=Opaque', 'metadata.name=b'],
};

const service: Kind = {
  apiVersion: 'v1',
  kind: 'Service',
  path: paths.services,
  fields: (chance) => ({
    spec: {
      ports: [{ name: 'a', port: 80 + count(chance) }],
      selector: { app: text(chance) },
      ...(chance.of(0.5) ? { clusterIP: 'None' } : {}),
    },
  }),
  edit: (chance) => ({
    spec: chance.pick<Fields>([
      { selector: { app: text(chance) } },
      {
        ports: [
          { name: 'a', port: 1 + count(chance), targetPort: 'http' },
          { name: 'b', port: 9 },
        ],
      },
      { publishNotReadyAddresses: true },
      { sessionAffinity: 'ClientIP' },
    ]),
  }),
  bad: [
    { spec: { ports: [{ port: 0 }] } },
    { spec: { ports: [{ port: 'x' }] } },
    { spec: { type: 'Nonsense' } },
    { spec: { unknown: 1 } },
    { spec: { ports: [{ port: 1 }, { port: 1 }] } },
  ],
  part: (chance) => ({
    spec: {
      ports: chance.some([80, 81, 82]).map((port) => ({ name: `p${port}`, port })),
      ...(chance.of(0.5) ? { selector: { app: text(chance) } } : {}),
    },
  }),
  status: () => ({ loadBalancer: {} }),
  fieldSelectors: ['spec.type=ClusterIP', 'spec.clusterIP=None', 'metadata.name=a'],
};

const pod: Kind = {
  apiVersion: 'v1',
  kind: 'Pod',
  path: paths.pods,
  fields: (chance) => ({
    spec: {
      containers: [container(chance)],
      ...(chance.of(0.5) ? { nodeName: 'n1' } : {}),
      ...(chance.of(0.3) ? { restartPolicy: 'Never' } : {}),
    },
  }),
  edit: (chance) => ({
    spec: chance.pick<Fields>([
      { activeDeadlineSeconds: 5 + count(chance) },
      { tolerations: [{ key: 'k', operator: 'Exists' }] },
    ]),
  }),
  bad: [
    { spec: { containers: [] } },
    { spec: { containers: 'x' } },
    { spec: { restartPolicy: 'Perhaps' } },
    { spec: { unknown: 1 } },
    { spec: { nodeName: 'n2' } },
    { spec: { hostNetwork: 'x' } },
  ],
  part: (chance) => ({ spec: { containers: [{ name: 'main', image: `example/app:${count(chance)}` }] } }),
  status: (chance) => ({
    phase: chance.pick(['Pending', 'Running', 'Succeeded']),
    conditions: [{ type: chance.pick(['Ready', 'Other']), status: chance.pick(['True', 'False']) }],
  }),
  fieldSelectors: [
    'spec.nodeName=n1',
    'status.phase=Pending',
    'status.phase!=Running',
    'spec.restartPolicy=Never',
  ],
};

const statefulSet: Kind = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  path: paths.statefulSets,
  fields: (chance) => ({
    spec: {
      serviceName: 'a',
      replicas: count(chance),
      selector: { matchLabels: { app: 'a' } },
      template: template(chance),
    },
  }),
  edit: (chance) => ({
    spec: chance.pick<Fields>([
      { replicas: count(chance) },
      { template: { spec: { containers: [container(chance)] } } },
      { minReadySeconds: count(chance) },
      { template: { metadata: { annotations: { a: text(chance) } } } },
    ]),
  }),
  bad: [
    { spec: { serviceName: 'b' } },
    { spec: { replicas: -1 } },
    { spec: { replicas: 'x' } },
    { spec: { unknown: 1 } },
    { spec: { selector: { matchLabels: { app: 'b' } } } },
    { spec: { template: { spec: { containers: [] } } } },
  ],
  part: (chance) => ({
    spec: chance.pick<Fields>([
      { replicas: count(chance) },
      { template: { spec: { containers: [container(chance)] } } },
      { serviceName: 'a', selector: { matchLabels: { app: 'a' } }, template: template(chance) },
    ]),
  }),
  status: (chance) => ({ replicas: count(chance), observedGeneration: 1 }),
  scale: true,
  fieldSelectors: ['metadata.name=a', 'status.replicas=1'],
};

const claim: Kind = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  path: paths.claims,
  fields: (chance) => ({
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: chance.pick(['1Gi', '1024Mi', 1_000_000]) } },
    },
  }),
  edit: (chance) => ({
    spec: chance.pick<Fields>([{ volumeName: 'v' }, { resources: { requests: { storage: '2Gi' } } }]),
  }),
  bad: [
    { spec: { accessModes: [] } },
    { spec: { resources: { requests: { storage: 'much' } } } },
    { spec: { unknown: 1 } },
  ],
  part: () => ({ spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }),
  status: (chance) => ({ phase: chance.pick(['Pending', 'Bound']), capacity: { storage: '1Gi' } }),
  fieldSelectors: ['metadata.name=a', 'spec.volumeName=v'],
};

const lease: Kind = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  path: paths.leases,
  fields: (chance) => ({ spec: { holderIdentity: text(chance), leaseDurationSeconds: 1 + count(chance) } }),
  edit: (chance) => ({
    spec: chance.pick<Fields>([
      { holderIdentity: text(chance) },
      { renewTime: `2024-01-01T00:00:0${count(chance)}.000000Z` },
      { leaseTransitions: count(chance) },
    ]),
  }),
  bad: [
    { spec: { leaseDurationSeconds: 0 } },
    { spec: { renewTime: 'x' } },
    { spec: { leaseTransitions: -1 } },
    { spec: { unknown: 1 } },
  ],
  part: (chance) => ({ spec: { holderIdentity: text(chance) } }),
  fieldSelectors: ['metadata.name=a'],
};

const budget: Kind = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  path: paths.budgets,
  fields: (chance) => ({
    spec: {
      maxUnavailable: chance.pick<Json>([1, '50%', 0]),
      selector: { matchLabels: { app: text(chance) } },
    },
  }),
  edit: (chance) => ({
    spec: chance.pick<Fields>([
      { maxUnavailable: count(chance) },
      { maxUnavailable: null, minAvailable: 1 },
      { selector: { matchLabels: { app: text(chance) } } },
    ]),
  }),
  bad: [
    { spec: { maxUnavailable: -1 } },
    { spec: { minAvailable: 1, maxUnavailable: 1 } },
    { spec: { maxUnavailable: 'x' } },
    { spec: { unknown: 1 } },
  ],
  part: (chance) => ({ spec: { selector: { matchLabels: { app: text(chance) } } } }),
  status: (chance) => ({
    disruptionsAllowed: count(chance),
    currentHealthy: 1,
    desiredHealthy: 1,
    expectedPods: 1,
  }),
  fieldSelectors: ['metadata.name=a'],
};

const job: Kind = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  path: paths.jobs,
  fields: (chance) => ({
    spec: {
      template: { spec: { restartPolicy: 'Never', containers: [container(chance)] } },
      ...(chance.of(0.4) ? { parallelism: count(chance) } : {}),
    },
  }),
  edit: (chance) => ({
    spec: chance.pick<Fields>([
      { parallelism: count(chance) },
      { backoffLimit: count(chance) },
      { suspend: true },
      { ttlSecondsAfterFinished: count(chance) },
    ]),
  }),
  bad: [
    { spec: { completions: 7 } },
    { spec: { parallelism: -1 } },
    { spec: { template: { spec: { restartPolicy: 'Always' } } } },
    { spec: { unknown: 1 } },
  ],
  part: (chance) => ({ spec: { parallelism: count(chance) } }),
  status: (chance) => ({ active: count(chance) }),
  fieldSelectors: ['metadata.name=a', 'status.successful=0'],
};

const account: Kind = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  path: paths.accounts,
  fields: (chance) => ({ automountServiceAccountToken: chance.of(0.5) }),
  edit: (chance) => ({ imagePullSecrets: [{ name: text(chance) }] }),
  bad: [{ automountServiceAccountToken: 'x' }, { unknown: 1 }, { imagePullSecrets: 'x' }],
  part: (chance) => ({ imagePullSecrets: chance.some(['x', 'y']).map((name) => ({ name })) }),
  fieldSelectors: ['metadata.name=a'],
};

const role: Kind = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  path: paths.roles,
  fields: (chance) => ({
    rules: [{ apiGroups: [''], resources: [chance.pick(['pods', 'secrets'])], verbs: ['get'] }],
  }),
  edit: (chance) => ({
    rules: [{ apiGroups: ['apps'], resources: ['*'], verbs: chance.some(['get', 'list', 'watch'], 0.9) }],
  }),
  bad: [
    { rules: [{ verbs: [] }] },
    { rules: 'x' },
    { unknown: 1 },
    { rules: [{ nonResourceURLs: ['/x'], verbs: ['get'] }] },
  ],
  part: () => ({ rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] }),
  fieldSelectors: ['metadata.name=a'],
};

const gadget: Kind = {
  apiVersion: 'conformance.example/v1',
  kind: 'Gadget',
  path: paths.gadgets,
  fields: (chance) => ({
    spec: {
      size: 1 + count(chance),
      ...gadgetSpec(chance),
      ...(chance.of(0.2) ? { frozen: text(chance) } : {}),
    },
  }),
  edit: (chance) => ({ spec: gadgetSpec(chance) }),
  bad: [
    { spec: { size: 'x' } },
    { spec: { size: 200 } },
    { spec: { mode: 'slow' } },
    { spec: { size: 60, mode: 'fast' } },
    { spec: { owner: 'me', replicas: 9 } },
    { spec: { frozen: 'other' } },
    { spec: { unknown: 1 } },
    { spec: { ports: [{}] } },
    { spec: { tags: ['a', 'a'] } },
    { spec: { size: null } },
    { spec: null },
  ],
  part: (chance) => ({ spec: { ...(chance.of(0.8) ? { size: count(chance) } : {}), ...gadgetSpec(chance) } }),
  status: (chance) => ({
    replicas: count(chance),
    phase: text(chance),
    conditions: chance.some(['A', 'B']).map((type) => ({ type, status: chance.pick(['True', 'False']) })),
  }),
  scale: true,
  custom: true,
  fieldSelectors: ['spec.mode=fast', 'spec.mode!=fast', 'metadata.name=a', 'spec.size=1'],
};

/** All of them; those that a sequence draws more often stand more often. */
export const generatedKinds: readonly [Kind, ...Kind[]] = [
  configMap,
  configMap,
  gadget,
  gadget,
  gadget,
  secret,
  service,
  pod,
  pod,
  statefulSet,
  statefulSet,
  claim,
  lease,
  budget,
  job,
  account,
  role,
];
