import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { clusters, labels, managedBy } from '@neo4j-operator/cluster-access';
import { endpointOf, handMade } from '../hand-made.spec-helper.ts';
import { type Invariant, type Invariants, type OperatorPorts, Stage, watchInvariants } from '../index.ts';

const cluster = { namespace: 'default', name: 'c' };
const core = '/api/v1/namespaces/default';
const statefulSets = {
  group: 'apps',
  version: 'v1',
  plural: 'statefulsets',
  kind: 'StatefulSet',
  namespaced: true,
} as const;
const claims = {
  ...statefulSets,
  group: '',
  plural: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
} as const;
const ours = { [labels.managedBy]: managedBy, [labels.cluster]: 'c', [labels.role]: 'bootstrap' };

/** What a careless operator can do. */
class Careless {
  readonly #ports: OperatorPorts;

  constructor(ports: OperatorPorts) {
    this.#ports = ports;
  }

  async send(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<{ uid: string }> {
    const { body: answer, status } = await this.#ports.transport.request({
      method,
      path,
      headers: { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = new TextDecoder().decode(answer);
    if (status >= 300) throw new Error(text);
    return (JSON.parse(text) as { metadata: { uid: string } }).metadata;
  }

  /** As it should be done. */
  async deleteWell(path: string): Promise<void> {
    const { uid } = await this.send('GET', path);
    await this.send('DELETE', path, { preconditions: { uid } });
  }

  async say(text: string, parameters: Readonly<Record<string, string>>): Promise<void> {
    const link = this.#ports.connector.open({
      ...endpointOf('c', 3),
      mayLogIn: () => true,
      loginRefused: () => undefined,
      trust: 'plaintext',
      maxConnections: 1,
      acquisitionTimeoutMs: 5000,
    });
    await link.run(
      { text, parameters },
      { database: 'system', access: 'write', bookmarks: [], timeoutMs: 5000 },
    );
  }
}

describe('Invariants', () => {
  let stage: Stage;
  let invariants: Invariants;
  beforeEach(async () => {
    stage = await Stage.open();
    invariants = watchInvariants(stage);
    await stage.apply(handMade({ name: 'c', servers: 3 }));
    await stage.apply(JSON.stringify(claim('kept')));
    await stage.until(() => stage.probes(cluster).write('x'));
    await stage.advance(5000);
  });
  afterEach(() => stage.close());

  function claim(name: string): object {
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, labels: ours },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
  }

  async function act(work: (operator: Careless) => Promise<void>): Promise<void> {
    stage.startOperator((ports) => ({ run: () => work(new Careless(ports)) }));
    await stage.until(() => stage.operator?.state === 'stopped');
    await stage.advance(1000);
  }

  const found = (): readonly Invariant[] => [
    ...new Set(invariants.violations.map(({ invariant }) => invariant)),
  ];

  it('hold for a cluster that forms, loses a process and a pod', async () => {
    stage.neo4j.crash({ namespace: 'default', name: 'c-2-0' });
    await stage.until(() => stage.world.serversOf(cluster).length === 3);
    // It may have led the database.
    await stage.until(() => stage.probes(cluster).write('y'));
    await act((operator) => operator.deleteWell(`${core}/pods/c-1-0`));
    await stage.advance(60_000);
    expect(stage.world.serversOf(cluster)).toHaveLength(3);
    expect(() => {
      invariants.check();
    }).not.toThrow();
  });

  it.each<{
    readonly invariant: Invariant;
    readonly how: string;
    readonly work: (operator: Careless) => Promise<unknown>;
  }>([
    {
      invariant: 'ClaimsKept',
      how: 'a claim is deleted',
      work: (operator) => operator.deleteWell(`${core}/persistentvolumeclaims/kept`),
    },
    {
      invariant: 'ClaimsKept',
      how: 'a claim has an owner',
      work: (operator) =>
        operator.send('PATCH', `${core}/persistentvolumeclaims/kept`, {
          metadata: {
            ownerReferences: [
              {
                apiVersion: 'v1',
                kind: 'ConfigMap',
                name: 'c-1',
                uid: '5f1b9c3e-0d0c-4b7e-9a53-0a4b3c2d1e0f',
              },
            ],
          },
        }),
    },
    {
      invariant: 'LiveBeforeDelete',
      how: 'an object is deleted that was not read',
      work: (operator) => operator.send('DELETE', `${core}/configmaps/c-1`),
    },
    {
      invariant: 'OneDisruption',
      how: 'a second pod is deleted before the first is back',
      work: async (operator) => {
        await operator.deleteWell(`${core}/pods/c-1-0`);
        await operator.deleteWell(`${core}/pods/c-2-0`);
      },
    },
    {
      invariant: 'OneSecretValue',
      how: 'a password is generated twice',
      work: async (operator) => {
        const secret = (password: string): object => ({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'generated', labels: ours },
          stringData: { password },
        });
        await operator.send('POST', `${core}/secrets`, secret('one'));
        await operator.deleteWell(`${core}/secrets/generated`);
        await operator.send('POST', `${core}/secrets`, secret('two'));
      },
    },
    {
      invariant: 'DatabasesKept',
      how: 'a database is dropped that nobody wants to be dropped',
      work: async (operator) => {
        await operator.say('SHOW DATABASES YIELD *', {});
        await operator.say('DROP DATABASE $name IF EXISTS', { name: 'neo4j' });
      },
    },
    {
      invariant: 'LiveBeforeDelete',
      how: 'a server is dropped that was not looked at',
      work: (operator) => operator.say('DROP SERVER $server', { server: 'somebody' }),
    },
  ])('$invariant does not hold if $how', async ({ invariant, work }) => {
    await act(async (operator) => {
      await work(operator);
    });
    expect(found()).toEqual(expect.arrayContaining([invariant]));
    expect(() => {
      invariants.check();
    }).toThrow('seed 1');
  });

  it('hold for a cluster that is deleted with its data and made anew', async () => {
    await stage.apply(`
apiVersion: neo4j.neo4j.com/v1alpha1
kind: Neo4jEnterpriseCluster
metadata: { name: c, finalizers: [stage.example.com/hold] }
spec:
  acceptLicenseAgreement: evaluation
  image: { tag: 2026.08.1 }
  topology: { primaries: 3 }
  storage: { size: 1Gi, retentionPolicy: Delete }
`);
    const servers = ['c-1', 'c-2', 'c-3'];
    const first = stage.world.server({ namespace: 'default', name: 'c-1-0' })?.id;
    await stage.delete(clusters, 'default', 'c');
    for (const name of servers) await stage.delete(statefulSets, 'default', name);
    for (const name of servers) await stage.delete(claims, 'default', name);
    await act((operator) => operator.deleteWell(`${core}/persistentvolumeclaims/kept`));
    await stage.until(() => stage.list(claims).length === 0);
    await stage.patch(clusters, 'default', 'c', { metadata: { finalizers: null } });
    await stage.apply(handMade({ name: 'c', servers: 3 }));
    await stage.until(() => stage.probes(cluster).write('x'));
    await stage.advance(5000);
    expect(stage.world.server({ namespace: 'default', name: 'c-1-0' })?.id).not.toBe(first);
    expect(invariants.violations).toEqual([]);
  });

  it('QuorumKept does not hold if a server is disturbed while another is down', async () => {
    await stage.patch(statefulSets, 'default', 'c-3', { spec: { replicas: 0 } });
    await stage.until(() => stage.world.serversOf(cluster).length === 2);
    await act((operator) => operator.deleteWell(`${core}/pods/c-1-0`));
    expect(found()).toEqual(['QuorumKept']);
  });

  it('OneVolumePerServer does not hold if a second pod mounts a claim', async () => {
    const copy = handMade({ name: 'c', servers: 1 })
      .replaceAll('"name":"c-1"', '"name":"copy"')
      .replaceAll('"server":"c-1"', '"server":"copy"');
    await stage.apply(copy.replace('"labels":{', '"labels":{"copied":"yes",'));
    await stage.until(() => invariants.violations.length > 0);
    expect(found()).toEqual(['OneVolumePerServer']);
  });

  it('SpecUntouched does not hold if the operator writes a spec', async () => {
    await stage.apply(`
apiVersion: neo4j.neo4j.com/v1alpha1
kind: Neo4jEnterpriseCluster
metadata: { name: other }
spec:
  acceptLicenseAgreement: evaluation
  image: { tag: 2026.08.1 }
  topology: { primaries: 1 }
  storage: { size: 1Gi }
`);
    await act(async (operator) => {
      await operator.send(
        'PATCH',
        '/apis/neo4j.neo4j.com/v1alpha1/namespaces/default/neo4jenterpriseclusters/other',
        {
          spec: { storage: { size: '2Gi' } },
        },
      );
    });
    expect(found()).toEqual(['SpecUntouched']);
  });
});
