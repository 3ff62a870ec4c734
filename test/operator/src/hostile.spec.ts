// What users and strangers do at the worst moment: to volumes, Secrets, names and objects of a cluster.
import { describe, expect, it } from '@jest/globals';
import { clusters, configMaps, databases } from '@neo4j-operator/cluster-access';
import type { KubeObject, Stored } from '@neo4j-operator/reconcile-kit';
import type { Stage } from '../../stage/src/index.ts';
import {
  adminPassword,
  clusterYaml,
  conditionOf,
  databaseYaml,
  edit,
  graph,
  lives,
  members,
  play,
  say,
  told,
  untilReady,
  untilTold,
} from './behaviour.spec-helper.ts';
import { claims, cluster, pods, services, statefulSets } from './thread.spec-helper.ts';

/** The cluster goes, and keeps its claims and Secrets. */
async function untilGone(stage: Stage): Promise<void> {
  await stage.delete(clusters, graph.namespace, graph.name);
  await stage.until(() => cluster(stage) === undefined && stage.list(pods).length === 0);
}

const foreign = (kind: string, name: string, more: object): string =>
  JSON.stringify({ apiVersion: 'v1', kind, metadata: { name }, ...more });

const foreignService = (name: string): string =>
  foreign('Service', name, { spec: { selector: { app: 'other' }, ports: [{ port: 80 }] } });

describe('A cluster that is applied again', () => {
  it.each([
    ['enterprise', { topology: { primaries: 3 } }],
    ['community', { edition: 'community', topology: { primaries: 1 } }],
  ])('on new volumes, with Secrets that were kept, takes the password of the Secret: %s', async (_, spec) => {
    await play(
      async (stage) => {
        await stage.apply(clusterYaml(spec));
        await untilReady(stage);
        await untilGone(stage);
        for (const { metadata } of stage.list(claims))
          await stage.delete(claims, graph.namespace, metadata.name);
        const password = adminPassword(stage);
        await stage.apply(clusterYaml(spec));
        await untilReady(stage);
        expect(await say(stage, 'SHOW CURRENT USER', { password })).toMatchObject([{ user: 'neo4j' }]);
      },
      { apartFrom: ['OneCluster'] },
    );
  });

  it.each<[string, object]>([
    ['an image older than its volumes', { image: { tag: '5.26.0' } }],
    [
      'more than any node has',
      { resources: { requests: { cpu: '900', memory: '2Gi' }, limits: { memory: '2Gi' } } },
    ],
  ])('with %s comes up once that is set back', async (_, mistake) => {
    await play(async (stage) => {
      await stage.apply(clusterYaml());
      await untilReady(stage);
      const before = members(stage);
      await untilGone(stage);
      await stage.apply(clusterYaml(mistake));
      await stage.advance(90_000);
      expect(told(stage, 'Ready')).toMatch(/^False (ServerCrashing|PodUnschedulable)$/);
      await stage.apply(clusterYaml());
      await untilReady(stage);
      expect(members(stage)).toEqual(before);
    });
  });
});

describe('A name that somebody else has', () => {
  it('is told, and taken once it is free', async () => {
    await play(async (stage) => {
      await stage.apply(foreignService('graph-2'));
      await stage.apply(clusterYaml());
      expect(await untilTold(stage, 'Stalled', 'True NameTaken')).toContain('graph-2');
      await stage.delete(services, graph.namespace, 'graph-2');
      await untilReady(stage);
    });
  });

  it('keeps a server from being added, and nothing else from being done', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml());
      await untilReady(stage);
      await stage.apply(foreignService('graph-4'));
      await edit(stage, { topology: { primaries: 3, secondaries: 1 } });
      await untilTold(stage, 'Stalled', 'True NameTaken');
      await edit(stage, { auth: { adminSecret: 'mine' } });
      const data = { password: Buffer.from('another-password').toString('base64') };
      await stage.apply(foreign('Secret', 'mine', { data }));
      await stage.advance(60_000);
      expect(await say(stage, 'SHOW CURRENT USER', { password: 'another-password' })).toMatchObject([
        { user: 'neo4j' },
      ]);
    });
  });

  it('holds a deleted database no longer than it is taken', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml());
      await stage.apply(databaseYaml('movies'));
      await untilReady(stage);
      await stage.apply(foreign('ConfigMap', 'graph-kept-databases', { data: { a: 'b' } }));
      await stage.delete(databases, graph.namespace, 'movies');
      await stage.advance(20_000);
      expect(stage.list(databases)).toHaveLength(1);
      await stage.delete(configMaps, graph.namespace, 'graph-kept-databases');
      await stage.until(() => stage.list(databases).length === 0, 60_000);
    });
  });
});

describe('A cluster that runs', () => {
  it('does not take a copy of a claim for its volume', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml());
      await untilReady(stage);
      const { metadata, spec } = stage.get(claims, graph.namespace, 'graph-1') as Stored<Claim>;
      const { accessModes, resources } = spec;
      await stage.apply(
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: {
            name: 'graph-1-copy',
            labels: metadata.labels,
            annotations: { ...metadata.annotations, 'neo4j.neo4j.com/server-id': 'of-somebody' },
          },
          spec: { accessModes, resources },
        }),
      );
      await stage.advance(60_000);
      expect(conditionOf(stage, 'Ready')).toMatchObject({ status: 'True' });
    });
  });

  it('gets back the pod of a server that was scaled away, though its template waits for a restart', async () => {
    await play(
      async (stage) => {
        await stage.apply(clusterYaml());
        await untilReady(stage);
        await edit(stage, { resources: { requests: { cpu: '200m', memory: '2Gi' } } });
        await untilTold(stage, 'RestartRequired', 'True SpecChanged');
        await stage.patch(statefulSets, graph.namespace, 'graph-2', { spec: { replicas: 0 } });
        await untilReady(stage);
        expect(Object.keys(lives(stage))).toContain('graph-2-0');
      },
      { apartFrom: ['OneDisruption', 'QuorumKept'] },
    );
  });

  it('grows though its spec asked for more copies than it had servers when it formed', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml({ topology: { primaries: 2 } }));
      await stage.until(() => stage.list(pods).length === 2, 60_000, 50);
      await edit(stage, { topology: { primaries: 5 } });
      await untilReady(stage);
      expect(members(stage)).toHaveLength(5);
    });
  });
});

interface Claim extends KubeObject {
  readonly spec: { readonly accessModes: readonly string[]; readonly resources: object };
}
