import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { customResourceDefinition, kinds } from '@neo4j-operator/api-types';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { clusters } from '@neo4j-operator/cluster-access';
import { createKubeSim, type KubeSim, type SimObject } from '@neo4j-operator/kube-sim';
import { KubeError, leases, silentLogger } from '@neo4j-operator/reconcile-kit';
import { composeOperator, operatorName, runComposed } from './compose.ts';

const namespace = 'neo4j-operator';

interface Running {
  readonly stop: () => Promise<void>;
  /** Whether it has let go of its connections. */
  readonly isClosed: () => boolean;
}

describe('the operator, put together', () => {
  let clock: VirtualClock;
  let kube: KubeSim;
  let running: Running[];

  beforeEach(() => {
    clock = new VirtualClock(Date.parse('2026-01-01T00:00:00Z'));
    kube = createKubeSim({ clock, rng: seededRng(1) });
    running = [];
    for (const kind of Object.values(kinds))
      kube.client.create(customResourceDefinition(kind) as unknown as SimObject, 'test');
    kube.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'test');
  });
  afterEach(async () => {
    for (const { stop } of running) await stop();
    await kube.close();
  });

  /** Starts one that cannot reach any Neo4j. */
  async function start(identity: string, leaderElection = true): Promise<Running> {
    const stopping = new AbortController();
    let isClosed = false;
    const inner = kube.transport({
      error: (message, reason, request) => new KubeError(message, { reason, request }),
    });
    const container = composeOperator(
      {
        clock,
        rng: seededRng(running.length + 2),
        logger: silentLogger,
        transport: {
          request: (request) => inner.request(request),
          stream: (request) => inner.stream(request),
          close: () => {
            isClosed = true;
            return inner.close();
          },
        },
        connector: {
          open: () => {
            throw new Error('there is no Neo4j');
          },
        },
      },
      {
        namespaces: undefined,
        leaderElection,
        leaseNamespace: namespace,
        identity,
        clusterDomain: 'cluster.local',
        http: undefined,
      },
    );
    const ended = runComposed(container, stopping.signal);
    const one: Running = {
      stop: async () => {
        stopping.abort();
        await clock.advance(5000);
        await ended;
      },
      isClosed: () => isClosed,
    };
    running.push(one);
    await clock.advance(3000);
    return one;
  }

  function createCluster(name: string): void {
    kube.client.create(
      {
        apiVersion: 'neo4j.neo4j.com/v1alpha1',
        kind: 'Neo4jEnterpriseCluster',
        metadata: { name, namespace: 'default' },
        spec: { image: { tag: '2026.08.1' }, topology: { primaries: 1 }, storage: { size: '1Gi' } },
      },
      'test',
    );
  }

  const reasonOf = (name: string): string | undefined => {
    const cluster = kube.client.get(clusters, 'default', name) as
      | {
          readonly status?: {
            readonly conditions?: readonly { readonly type: string; readonly reason: string }[];
          };
        }
      | undefined;
    return cluster?.status?.conditions?.find(({ type }) => type === 'Ready')?.reason;
  };
  const holder = (): unknown => kube.client.get(leases, namespace, operatorName)?.['spec'];

  it('works as the holder of its Lease, and lets go of it and of its connections at the end', async () => {
    const operator = await start('one');
    createCluster('graph');
    await clock.advance(1000);
    expect(reasonOf('graph')).toBe('LicenseNotAccepted');
    expect(holder()).toMatchObject({ holderIdentity: 'one' });
    await operator.stop();
    expect(operator.isClosed()).toBe(true);
    expect(holder()).toMatchObject({ holderIdentity: '' });
  });

  it('waits while another one leads, and goes on when that one ends', async () => {
    const first = await start('one');
    await start('two');
    expect(holder()).toMatchObject({ holderIdentity: 'one' });
    await first.stop();
    createCluster('graph');
    await clock.advance(5000);
    expect(holder()).toMatchObject({ holderIdentity: 'two' });
    expect(reasonOf('graph')).toBe('LicenseNotAccepted');
  });

  it('needs no Lease when it is told that it is alone', async () => {
    await start('one', false);
    createCluster('graph');
    await clock.advance(1000);
    expect(reasonOf('graph')).toBe('LicenseNotAccepted');
    expect(holder()).toBeUndefined();
  });
});
