import { describe, expect, it } from '@jest/globals';
import type { PodTemplate } from '../model/resources.ts';
import { firstServer, rendered, sampleCluster, type SpecChange, without } from './samples.spec-helper.ts';
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

  it('writes a configuration that says what the settings say', () => {
    const { configMap, settings } = rendered(firstServer(sampleCluster()));
    const lines = (configMap.data?.[configurationFile] ?? '').trimEnd().split('\n');

    expect(lines).toEqual([...settings].flatMap(([key, values]) => values.map((value) => `${key}=${value}`)));
  });
});
