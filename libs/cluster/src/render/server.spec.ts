import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PodTemplate } from '../model/resources.ts';
import {
  afterwards,
  firstServer,
  rendered,
  sampleCluster,
  sampleServers,
  without,
  withSpec,
} from './samples.spec-helper.ts';
import type { SpecChange } from './samples.spec-helper.ts';
import { configurationFile, renderServer } from './server.ts';

function containerOf(template: PodTemplate) {
  const [container] = template.spec.containers;
  if (container === undefined) throw new Error('a pod has a container');
  return container;
}

function templateOf(change: SpecChange): PodTemplate {
  return rendered(firstServer(sampleCluster(change))).statefulSet.spec.template;
}

function variables(change: SpecChange): Readonly<Record<string, unknown>> {
  const { env = [] } = containerOf(templateOf(change));
  return Object.fromEntries(env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
}

describe('the pod of a server', () => {
  it('satisfies the restricted Pod Security Standard', () => {
    const { spec } = templateOf({});

    expect(spec['securityContext']).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 7474,
      fsGroup: 7474,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(containerOf({ metadata: { labels: {} }, spec })['securityContext']).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
    const sources = (spec.volumes ?? []).map((volume) => Object.keys(volume).filter((key) => key !== 'name'));
    expect(sources).toEqual([['persistentVolumeClaim'], ['configMap'], ['secret']]);
    expect(spec['automountServiceAccountToken']).toBe(false);
    expect(spec['enableServiceLinks']).toBe(false);
  });

  it('takes its volume, its configuration and its first password from what is made before it', () => {
    const { configMap, statefulSet } = rendered(firstServer(sampleCluster()));

    expect(statefulSet.spec.template.spec.volumes).toEqual([
      { name: 'data', persistentVolumeClaim: { claimName: 'graph-1' } },
      { name: 'config', configMap: { name: configMap.metadata.name, defaultMode: 0o440 } },
      { name: 'bootstrap', secret: { secretName: 'graph-bootstrap', defaultMode: 0o440 } },
    ]);
    expect(variables({})).toMatchObject({ NEO4J_AUTH_PATH: '/bootstrap/auth', NEO4J_CONF: '/config' });
    expect(configMap).toMatchObject({
      immutable: true,
      metadata: { name: expect.stringMatching(/^graph-1-/) },
    });
  });

  it.each([
    ['commercial', 'yes'],
    ['evaluation', 'eval'],
  ] as const)('is told of a %s licence in the words of the image', (word, value) => {
    expect(variables({ acceptLicenseAgreement: word })['NEO4J_ACCEPT_LICENSE_AGREEMENT']).toBe(value);
  });

  it('of Community Edition is told of no licence, and listens for clients only', () => {
    const change: SpecChange = { edition: 'community', topology: { primaries: 1 } };

    expect(variables(change)['NEO4J_ACCEPT_LICENSE_AGREEMENT']).toBeUndefined();
    expect(containerOf(templateOf(change))['ports']).toMatchObject([{ name: 'bolt' }, { name: 'http' }]);
  });

  it("has the user's variables in the user's order, behind its own", () => {
    const env = [
      { name: 'ZONE', value: 'a' },
      { name: 'EMPTY', value: '' },
      { name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'key' } } },
    ];

    expect(Object.keys(variables({ env }))).toEqual([
      'NEO4J_ACCEPT_LICENSE_AGREEMENT',
      'NEO4J_AUTH_PATH',
      'NEO4J_CONF',
      'ZONE',
      'EMPTY',
      'KEY',
    ]);
    expect(variables({ env })).toMatchObject({ ZONE: 'a', KEY: env[2]?.valueFrom });
  });

  it.each([
    [{ limits: { memory: '4096Mi', cpu: 2 } }, { limits: { memory: '4Gi', cpu: '2' } }],
    [{ requests: { memory: '3Gi' } }, { requests: { memory: '3Gi' } }],
    [{ requests: { cpu: '1000m' } }, { requests: { cpu: '1', memory: '2Gi' } }],
    [undefined, { requests: { memory: '2Gi' } }],
  ])('has a request or limit for memory, whether or not %j has one', (resources, expected) => {
    const input = firstServer(sampleCluster());
    const spec = without(input.cluster.spec, 'resources');
    const cluster = { ...input.cluster, spec: resources === undefined ? spec : { ...spec, resources } };

    expect(containerOf(rendered({ ...input, cluster }).statefulSet.spec.template).resources).toEqual(
      expected,
    );
  });

  it('pulls its image as asked for', () => {
    const template = templateOf({
      image: { tag: '2026.08.1', pullPolicy: 'Always', pullSecrets: ['b', 'a'] },
    });

    expect(containerOf(template)).toMatchObject({
      image: 'neo4j:2026.08.1-enterprise',
      imagePullPolicy: 'Always',
    });
    expect(template.spec['imagePullSecrets']).toEqual([{ name: 'a' }, { name: 'b' }]);
  });
});

describe('the objects of a server', () => {
  it('belong to the cluster, and are found by its labels', () => {
    const { configMap, service, statefulSet } = rendered(firstServer(sampleCluster()));

    for (const { metadata } of [configMap, service, statefulSet]) {
      expect(metadata.ownerReferences).toMatchObject([{ uid: 'uid-of-graph', controller: true }]);
      expect(metadata).toMatchObject({
        namespace: 'prod',
        labels: {
          'app.kubernetes.io/managed-by': 'neo4j-operator',
          'neo4j.neo4j.com/cluster': 'graph',
          'neo4j.neo4j.com/server': '1',
        },
      });
    }
  });

  it('let the others find the server before it is ready', () => {
    const { service } = rendered(firstServer(sampleCluster()));

    expect(service.metadata.name).toBe('graph-1');
    expect(service.spec).toMatchObject({
      type: 'ClusterIP',
      publishNotReadyAddresses: true,
      selector: { 'neo4j.neo4j.com/cluster': 'graph', 'neo4j.neo4j.com/server': '1' },
    });
    expect(service.spec.ports.map(({ name, port }) => `${name} ${port}`)).toEqual([
      'bolt 7687',
      'http 7474',
      'cluster 6000',
      'raft 7000',
      'routing 7688',
      'backup 6362',
      'metrics 2004',
    ]);
  });

  it('have the settings of the user over the defaults of the operator', () => {
    const input = firstServer(sampleCluster({ config: { 'db.logs.query.threshold': '1s' } }));
    const { settings } = rendered({
      ...input,
      revision: { settings: { 'db.logs.query.threshold': '2s', 'db.logs.query.enabled': 'VERBOSE' } },
    });

    expect(settings.get('db.logs.query.threshold')).toEqual(['1s']);
    expect(settings.get('db.logs.query.enabled')).toEqual(['VERBOSE']);
  });

  it('are none while the spec is wrong, and the fields are named', () => {
    const result = renderServer(
      firstServer(
        sampleCluster({ config: { 'server.memory.heap.max_size': '1g' }, memory: { heap: '9Gi' } }),
      ),
    );

    expect(result.ok ? [] : result.problems.map(({ field }) => field)).toEqual([
      'spec.config[server.memory.heap.max_size]',
      'spec.memory.heap',
    ]);
  });
});

/** Settings of every class, and one that nobody knows. */
const anySpec = fc
  .record({
    primaries: fc.integer({ min: 1, max: 9 }),
    secondaries: fc.integer({ min: 0, max: 3 }),
    tag: fc.constantFrom('5.26.0', '5.26.30', '2025.01.0', '2026.08.1'),
    config: fc.dictionary(
      fc.constantFrom(
        'db.logs.query.threshold',
        'dbms.cluster.raft.binding_timeout',
        'server.bolt.thread_pool_keep_alive',
        'server.plugin.nobody_knows',
      ),
      fc.constantFrom('1s', '20s', '3m'),
      { noNullPrototype: true },
    ),
    heap: fc.constantFrom('1Gi', '1500Mi', '2Gi'),
    memory: fc.constantFrom('4Gi', '8Gi', '7.5Gi'),
    variable: fc.constantFrom('', 'a', 'b'),
  })
  .map(({ primaries, secondaries, tag, config, heap, memory, variable }): SpecChange => ({
    image: { tag },
    topology: { primaries, secondaries },
    config,
    memory: { heap },
    resources: { limits: { memory, cpu: 2 }, requests: { cpu: '500m' } },
    env: [{ name: 'X', value: variable }],
  }));

function shuffled<T>(value: T, reversed = true): T {
  if (Array.isArray(value)) return value.map((item: unknown) => shuffled(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, shuffled(field as unknown)] as const);
  return Object.fromEntries(reversed ? entries.toReversed() : entries) as T;
}

describe('rendering', () => {
  it('gives the same for the same, whatever the order of keys and of servers', () => {
    fc.assert(
      fc.property(anySpec, (change) => {
        const input = firstServer(sampleCluster(change));
        const again = {
          ...input,
          cluster: { ...input.cluster, spec: shuffled(input.cluster.spec) },
          systemPrimaries: input.systemPrimaries.toReversed(),
        };

        expect(rendered(again)).toEqual(rendered(input));
        expect(JSON.stringify(rendered(again))).toBe(JSON.stringify(rendered(input)));
      }),
      { numRuns: 40 },
    );
  });

  it('of a server that exists changes nothing while nothing has changed', () => {
    fc.assert(
      fc.property(anySpec, (change) => {
        for (const input of sampleServers(sampleCluster(change))) {
          const first = rendered(input);
          const again = rendered(afterwards(input, first));

          expect(again).toEqual({ ...first, classes: expect.anything() });
          expect(again.differences).toEqual([]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('of a server that exists changes only what it reads at its next start, when another one is added', () => {
    fc.assert(
      fc.property(anySpec, fc.boolean(), (change, isPrimary) => {
        const { primaries, secondaries = 0 } = change.topology ?? { primaries: 1 };
        fc.pre(primaries > 1);
        const topology = isPrimary
          ? { primaries: primaries + 1, secondaries }
          : { primaries, secondaries: secondaries + 1 };
        const input = firstServer(sampleCluster(change));
        const first = rendered(input);
        const grown = withSpec(afterwards(input, first), { ...change, topology });
        const newcomer = primaries + secondaries + 1;
        const systemPrimaries =
          isPrimary && primaries < 7 ? [...input.systemPrimaries, newcomer] : input.systemPrimaries;
        const next = rendered({ ...grown, systemPrimaries });

        expect(next.differences).toEqual([]);
        expect(next.keepsTemplate).toBe(false);
        const changed = [...next.settings].filter(
          ([key, values]) => first.settings.get(key)?.join() !== values.join(),
        );
        expect(changed.filter(([key]) => next.classes.get(key) !== 'next-start')).toEqual([]);
        expect(changed.map(([key]) => key).some((key) => key.includes('endpoints'))).toBe(
          isPrimary && primaries < 7,
        );
      }),
      { numRuns: 40 },
    );
  });

  it('of a server that exists never changes what needs a restart, whatever is asked for', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (before, after) => {
        const input = firstServer(sampleCluster({ ...before, image: { tag: '2026.08.1' } }));
        const first = rendered(input);
        const next = rendered({ ...withSpec(afterwards(input, first), after), running: input.running });

        const held = [...next.settings, ...first.settings].filter(
          ([key]) => (next.classes.get(key) ?? first.classes.get(key)) === 'restart',
        );
        expect(
          held.every(([key]) => next.settings.get(key)?.join() === first.settings.get(key)?.join()),
        ).toBe(true);
        const { containers, ...others } = next.statefulSet.spec.template.spec;
        const { containers: containersBefore, ...othersBefore } = first.statefulSet.spec.template.spec;
        expect(containers).toEqual(containersBefore);
        expect(others['affinity']).toEqual(othersBefore['affinity']);
        expect(next.statefulSet.spec.template.metadata).toEqual(first.statefulSet.spec.template.metadata);
      }),
      { numRuns: 40 },
    );
  });

  it('comes back to where it was when a change is taken back', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (before, after) => {
        const input = firstServer(sampleCluster({ ...before, image: { tag: '2026.08.1' } }));
        const first = rendered(input);
        const meanwhile = { ...withSpec(afterwards(input, first), after), running: input.running };
        const back = { ...input, existing: afterwards(meanwhile, rendered(meanwhile)).existing };

        expect(rendered(back).differences).toEqual([]);
        expect(rendered(back).configMap).toEqual(first.configMap);
        expect(rendered(back).statefulSet.spec.template.spec.containers).toEqual(
          first.statefulSet.spec.template.spec.containers,
        );
      }),
      { numRuns: 40 },
    );
  });

  it('says the same of what waits for a restart at every pass', () => {
    fc.assert(
      fc.property(anySpec, anySpec, (before, after) => {
        const input = firstServer(sampleCluster({ ...before, image: { tag: '2026.08.1' } }));
        const first = rendered(input);
        const changed = { ...withSpec(afterwards(input, first), after), running: input.running };
        const second = rendered(changed);
        const third = rendered(afterwards(changed, second));

        expect(third.differences).toEqual(second.differences);
        expect(third.configMap).toEqual(second.configMap);
        expect(second.differences.every(({ cause }) => cause === 'spec')).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('writes a configuration that says what the settings say', () => {
    const { configMap, settings } = rendered(firstServer(sampleCluster()));
    const lines = (configMap.data?.[configurationFile] ?? '').trimEnd().split('\n');

    expect(lines).toEqual([...settings].flatMap(([key, values]) => values.map((value) => `${key}=${value}`)));
  });
});
