// What happens to a cluster that runs, and what is done about it: mostly nothing.
import { describe, expect, it } from '@jest/globals';
import { annotations, clusters, configMaps, secrets } from '@neo4j-operator/cluster-access';
import type { KubeObject, Resource, Stored } from '@neo4j-operator/reconcile-kit';
import { describeWrite, type Stage } from '../../stage/src/index.ts';
import {
  changesDuring,
  clusterYaml,
  conditionOf,
  databaseYaml,
  edit,
  graph,
  leader,
  lives,
  members,
  play,
  type PodObject,
  say,
  told,
  untilReady,
  untilTold,
} from './behaviour.spec-helper.ts';
import { claims, cluster, pods, services, statefulSets } from './thread.spec-helper.ts';
import { defineResource } from '@neo4j-operator/reconcile-kit';

const small = { topology: { primaries: 3, secondaries: 1 } };
const budgets: Resource<Budget> = defineResource({
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  namespaced: true,
});

interface Budget extends KubeObject {
  readonly spec: { readonly maxUnavailable: number };
}

const pod = (name: string) => ({ namespace: graph.namespace, name });

const mayStop = (stage: Stage): number | undefined =>
  stage.get(budgets, graph.namespace, graph.name)?.spec.maxUnavailable;

async function ready(stage: Stage): Promise<void> {
  await stage.apply(clusterYaml(small));
  await untilReady(stage);
}

const idOf = (stage: Stage, name: string): string | undefined =>
  cluster(stage)?.status?.servers?.find((server) => server.name === name)?.id;

/** What the operator does in Neo4j and to pods, claims and templates. Status, Events and the budget aside. */
function deeds(stage: Stage, since: number): readonly string[] {
  return stage.ledger.writes
    .slice(since)
    .map(describeWrite)
    .filter((deed) => !/events|\/status$|poddisruptionbudgets/.test(deed));
}

describe('A server that is away', () => {
  it.each<{ readonly how: string; readonly work: (stage: Stage) => void | Promise<void> }>([
    {
      how: 'its process has ended',
      work: (stage) => {
        stage.neo4j.crash(pod('graph-2-0'));
      },
    },
    { how: 'its pod was deleted', work: (stage) => stage.delete(pods, graph.namespace, 'graph-2-0') },
    {
      how: 'its node is lost and comes back',
      work: async (stage) => {
        const { spec } = stage.get(pods, graph.namespace, 'graph-2-0') as Stored & PodObject;
        const node = spec.nodeName ?? '';
        await stage.settle(stage.nodes.fail(node));
        await stage.advance(60_000);
        expect(told(stage, 'Ready')).toMatch(/^False /);
        await stage.settle(stage.nodes.recover(node));
      },
    },
  ])('because $how comes back on its volume, and nothing else is done', async ({ work }) => {
    await play(async (stage) => {
      await ready(stage);
      const id = idOf(stage, 'graph-2');
      expect(mayStop(stage)).toBe(1);
      await stage.until(() => stage.probes(graph).write('kept'));
      const since = stage.ledger.writes.length;
      await work(stage);
      await stage.until(() => !told(stage, 'Ready').startsWith('True'), 120_000).catch(() => undefined);
      await untilReady(stage);
      await stage.advance(10_000);
      expect(deeds(stage, since)).toEqual([]);
      expect(idOf(stage, 'graph-2')).toBe(id);
      expect(await stage.probes(graph).read('kept')).toBe(true);
      expect(members(stage)).toHaveLength(4);
      expect(mayStop(stage)).toBe(1);
    });
  });

  it('for good is told, with what is the matter', async () => {
    await play(async (stage) => {
      await ready(stage);
      const { spec } = stage.get(pods, graph.namespace, 'graph-2-0') as Stored & PodObject;
      await stage.settle(stage.nodes.fail(spec.nodeName ?? ''));
      await stage.until(() => mayStop(stage) === 0, 120_000);
      const since = stage.ledger.writes.length;
      await stage.advance(200_000);
      expect(told(stage, 'Ready')).toBe('False ServerUnavailable');
      await stage.advance(400_000);
      expect(told(stage, 'Ready')).toBe('False PodStuckStopping');
      const message = conditionOf(stage, 'Ready')?.message ?? '';
      expect(message).toContain(`graph-2: node ${spec.nodeName ?? ''} has not answered for long`);
      expect(message).toContain('only if the machine is off for good, delete the Node');
      expect(message).toContain('unknown on graph-2');
      expect(deeds(stage, since)).toEqual([]);
    });
  });
});

describe('A claim that is lost after the cluster has formed', () => {
  it('is told and not replaced by an empty one', async () => {
    await play(
      async (stage) => {
        await stage.apply(clusterYaml({ topology: { primaries: 5 } }));
        await untilReady(stage);
        const id = idOf(stage, 'graph-2') ?? '';
        const since = stage.ledger.writes.length;
        await stage.delete(claims, graph.namespace, 'graph-2');
        await stage.delete(pods, graph.namespace, 'graph-2-0');
        const message = await untilTold(stage, 'Ready', 'False VolumeLost');
        expect(message).toContain('graph-2');
        expect(message).toContain('restore the claim');
        await stage.advance(300_000);
        expect(deeds(stage, since)).toEqual([]);
        expect(stage.get(claims, graph.namespace, 'graph-2')).toBeUndefined();

        // Given up by a person: another server takes its place, under a new number.
        expect(await say(stage, 'DEALLOCATE DATABASES FROM SERVER $id', { parameters: { id } })).toEqual([]);
        const drop = (): Promise<unknown> => say(stage, 'DROP SERVER $id', { parameters: { id } });
        await stage.until(async () => Array.isArray(await drop()), 120_000, 5000);
        await stage.delete(statefulSets, graph.namespace, 'graph-2');
        await untilReady(stage);
        expect(members(stage).filter((member) => member.includes('Enabled'))).toEqual([
          'graph-1 Enabled NONE',
          'graph-3 Enabled NONE',
          'graph-4 Enabled NONE',
          'graph-5 Enabled NONE',
          'graph-6 Enabled NONE',
        ]);
      },
      { apartFrom: ['ClaimsKept'] },
    );
  });
});

describe('What a person does in Neo4j', () => {
  it('is told and left: a server that was cordoned, and one that was dropped', async () => {
    await play(async (stage) => {
      await ready(stage);
      const id = idOf(stage, 'graph-4') ?? '';
      const since = stage.ledger.writes.length;
      expect(await say(stage, 'CALL dbms.cluster.cordonServer($id)', { parameters: { id } })).toEqual([]);
      const message = await untilTold(stage, 'Ready', 'False ServerWithdrawn');
      expect(message).toContain(`ENABLE SERVER '${id}'`);
      expect(await say(stage, 'ALTER DATABASE neo4j SET TOPOLOGY 3 PRIMARIES 0 SECONDARIES')).toEqual([]);
      expect(await say(stage, 'DEALLOCATE DATABASES FROM SERVER $id', { parameters: { id } })).toEqual([]);
      await stage.until(
        async () => typeof (await say(stage, 'DROP SERVER $id', { parameters: { id } })) !== 'string',
        120_000,
        5000,
      );
      await untilTold(stage, 'Ready', 'False ServerDropped');
      await stage.advance(120_000);
      expect(deeds(stage, since)).toEqual([]);
      expect(stage.list(claims)).toHaveLength(4);
    });
  });
});

describe('Objects that somebody deletes or changes', () => {
  it('are made again as they were, and no server restarts', async () => {
    await play(async (stage) => {
      await ready(stage);
      const before = lives(stage);
      const specs = (): unknown => ({
        budgets: stage.list(budgets).map(({ metadata, spec }) => [metadata.name, spec]),
        services: stage
          .list(services, graph.namespace)
          .map((each) => [each.metadata.name, each.metadata.labels]),
        maps: stage.list(configMaps, graph.namespace).map(({ metadata, data }) => [metadata.name, data]),
      });
      const made = specs();
      await stage.delete(services, graph.namespace, 'graph-2');
      await stage.delete(services, graph.namespace, 'graph');
      await stage.delete(budgets, graph.namespace, 'graph');
      for (const { metadata } of stage.list(configMaps, graph.namespace)) {
        if (metadata.name.startsWith('graph-'))
          await stage.delete(configMaps, graph.namespace, metadata.name);
      }
      await stage.patch(services, graph.namespace, 'graph-3', { spec: { publishNotReadyAddresses: false } });
      await stage
        .patch(statefulSets, graph.namespace, 'graph-1', { spec: { replicas: 0 } })
        .catch(() => undefined);
      await stage.advance(60_000);
      await untilReady(stage);
      expect(specs()).toEqual(made);
      const others = Object.fromEntries(Object.entries(before).filter(([name]) => name !== 'graph-1-0'));
      expect(lives(stage)).toMatchObject(others);
      expect(await changesDuring(stage)).toEqual([]);
    });
  });

  it('can be a StatefulSet: its server comes back as it was', async () => {
    await play(async (stage) => {
      await ready(stage);
      const id = idOf(stage, 'graph-3');
      await stage.delete(statefulSets, graph.namespace, 'graph-3');
      await stage.until(() => stage.get(statefulSets, graph.namespace, 'graph-3') !== undefined);
      await stage.advance(30_000);
      await untilReady(stage);
      expect(idOf(stage, 'graph-3')).toBe(id);
      expect(members(stage)).toHaveLength(4);
    });
  });

  it('can be the Secret that servers start with: a formed cluster needs it no more', async () => {
    await play(
      async (stage) => {
        await ready(stage);
        const before = lives(stage);
        await stage.delete(secrets, graph.namespace, 'graph-bootstrap');
        await stage.advance(30_000);
        await untilReady(stage);
        expect(stage.get(secrets, graph.namespace, 'graph-bootstrap')).toBeDefined();
        expect(lives(stage)).toEqual(before);
        stage.neo4j.crash(pod('graph-1-0'));
        await stage.until(() => stage.world.serversOf(graph).length === 3);
        await untilReady(stage);
        await edit(stage, { topology: { secondaries: 2 } });
        await untilReady(stage);
        expect(leader(stage).state.servers.size).toBe(5);
      },
      { apartFrom: ['OneSecretValue'] },
    );
  });
});

describe('A paused cluster', () => {
  const pause = (value: string | null) => ({ metadata: { annotations: { [annotations.paused]: value } } });

  it('is looked at and not touched, until it is paused no more', async () => {
    await play(async (stage) => {
      await ready(stage);
      await stage.patch(clusters, graph.namespace, graph.name, pause('true'));
      await stage.until(() => told(stage, 'Paused') === 'True Paused');
      const since = stage.ledger.writes.length;
      await edit(stage, { topology: { secondaries: 2 }, config: { 'db.logs.query.threshold': '1s' } });
      await stage.delete(budgets, graph.namespace, 'graph');
      stage.neo4j.crash(pod('graph-2-0'));
      await stage.advance(60_000);
      expect(deeds(stage, since)).toEqual([]);
      expect(told(stage, 'Reconciling')).toBe('False Paused');
      expect(mayStop(stage)).toBeUndefined();
      await stage.patch(clusters, graph.namespace, graph.name, pause(null));
      await stage.advance(5000);
      await untilReady(stage);
      expect(members(stage)).toHaveLength(5);
      expect(mayStop(stage)).toBe(1);
    });
  });
});

describe('The budget for disruptions', () => {
  it('allows none while the cluster forms or a database is not what it asks for, and one otherwise', async () => {
    await play(async (stage) => {
      const seen = new Set<number>();
      const stop = stage.onStep(() => {
        const budget = mayStop(stage);
        if (budget !== undefined && !told(stage, 'Ready').startsWith('True')) seen.add(budget);
      });
      await ready(stage);
      stop();
      expect(mayStop(stage)).toBe(1);
      expect(seen.has(0)).toBe(true);

      const refused: string[] = [];
      const { spec } = stage.get(pods, graph.namespace, 'graph-1-0') as Stored & PodObject;
      const drained = stage.nodes.drain(spec.nodeName ?? '', {
        onRefused: ({ name }) => refused.push(name),
      });
      expect(await stage.settle(drained, 600_000)).toBe(true);
      await stage.until(() => mayStop(stage) === 0, 60_000);
      await stage.settle(stage.nodes.cordon(spec.nodeName ?? '', false));
      await untilReady(stage);
      expect(members(stage).every((member) => member.includes('Enabled'))).toBe(true);

      await stage.apply(databaseYaml('movies', { topology: { primaries: 3 } }));
      await untilReady(stage);
      stage.neo4j.crash(pod('graph-3-0'));
      await stage.until(() => mayStop(stage) === 0, 60_000);
      await untilReady(stage);
      expect(mayStop(stage)).toBe(1);
    });
  });
});
