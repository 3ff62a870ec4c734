import { afterEach, describe, expect, it } from '@jest/globals';
import {
  annotations,
  clusters,
  configMaps,
  labels,
  objectNames,
  secrets,
} from '@neo4j-operator/cluster-access';
import { keyOf, objectKey } from '@neo4j-operator/reconcile-kit';
import { claims, pods, statefulSets } from './model/resources.ts';
import { clusterRules } from './rbac.ts';
import { Stage } from './reconciler.spec-helper.ts';
import { isReason } from './status/index.ts';

const minute = 60_000;

const stages: Stage[] = [];

afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.end();
});

function stage(): Stage {
  const made = new Stage();
  stages.push(made);
  return made;
}

describe('the controller of clusters', () => {
  it(
    'forms a cluster, with no more rights than it says it needs',
    async () => {
      const lab = stage();
      lab.startOperator();
      await lab.apply({ topology: { primaries: 3, secondaries: 1 } });
      await lab.until(() => lab.isReady());
      expect(lab.forbidden()).toEqual([]);
      expect(
        (await lab.list(claims)).map(({ metadata }) => metadata.annotations?.[annotations.serverId]),
      ).toEqual([1, 2, 3, 4].map((number) => lab.server(`graph-${number}-0`).id));
      lab.effects.length = 0;
      await lab.settle(60_000);
      expect(lab.effects).toEqual([]);
    },
    minute,
  );

  it(
    'forms a single server of the Community Edition',
    async () => {
      const lab = stage();
      lab.startOperator();
      await lab.apply({ edition: 'community', topology: { primaries: 1 } });
      await lab.until(() => lab.isReady());
      expect(lab.forbidden()).toEqual([]);
      lab.effects.length = 0;
      await lab.settle(60_000);
      expect(lab.effects).toEqual([]);
    },
    minute,
  );

  it(
    'adds servers and leaves those that are there alone',
    async () => {
      const lab = stage();
      lab.startOperator();
      await lab.apply();
      await lab.until(() => lab.isReady());
      const before = (await lab.list(pods)).map(({ metadata }) => metadata.uid);
      await lab.apply({ topology: { primaries: 5, secondaries: 1 } });
      await lab.until(() => lab.isReady());
      const after = (await lab.list(pods)).map(({ metadata }) => metadata.uid);
      expect(after).toHaveLength(6);
      expect(after).toEqual(expect.arrayContaining(before));
      expect(lab.forbidden()).toEqual([]);
    },
    minute,
  );

  it(
    'finds the data again after the cluster was deleted and applied once more',
    async () => {
      const lab = stage();
      lab.startOperator();
      const first = await lab.apply();
      await lab.until(() => lab.isReady());
      const kept = await lab.list(claims);
      await lab.client.delete(clusters, keyOf(first), { uid: first.metadata.uid });
      await lab.until(async () => (await lab.list(pods)).length === 0);
      expect(await lab.list(statefulSets)).toEqual([]);
      expect((await lab.list(claims)).map(({ metadata }) => metadata.uid)).toEqual(
        kept.map(({ metadata }) => metadata.uid),
      );
      await lab.apply();
      await lab.until(() => lab.isReady());
      expect((await lab.list(claims)).map(({ metadata }) => metadata.uid)).toEqual(
        kept.map(({ metadata }) => metadata.uid),
      );
      expect(lab.forbidden()).toEqual([]);
    },
    minute,
  );

  it(
    'leaves nothing of a cluster that goes with its data',
    async () => {
      const lab = stage();
      lab.startOperator();
      const first = await lab.apply({ storage: { size: '10Gi', retentionPolicy: 'Delete' } });
      await lab.until(() => lab.isReady());
      await lab.client.delete(clusters, keyOf(first), { uid: first.metadata.uid });
      await lab.until(async () => (await lab.list(pods)).length === 0);
      await lab.until(async () => (await lab.list(claims)).length === 0);
      expect(await lab.list(secrets)).toEqual([]);
      expect(await lab.get(clusters, 'graph')).toBeUndefined();
      expect(lab.forbidden()).toEqual([]);
    },
    minute,
  );

  it(
    'sets the password of a Secret that a user changes',
    async () => {
      const lab = stage();
      lab.startOperator();
      const password = (text: string): { readonly password: string } => ({
        password: Buffer.from(text).toString('base64'),
      });
      const metadata = { name: 'mine', namespace: 'prod' };
      const secret = { apiVersion: 'v1', kind: 'Secret', metadata };
      await lab.client.create(secrets, { ...secret, data: password('first-password') });
      await lab.apply({ auth: { adminSecret: 'mine' } });
      await lab.until(() => lab.isReady());
      const changed = await lab.client.jsonPatch(secrets, objectKey('prod', 'mine'), [
        { op: 'replace', path: '/data', value: password('second-password') },
      ]);
      await lab.until(async () => {
        const own = await lab.get(secrets, objectNames.operatorAccount('graph'));
        const { uid, resourceVersion } = changed.metadata;
        return own?.metadata.annotations?.[annotations.adminPassword] === `${uid}/${resourceVersion}`;
      });
      const { state } = lab.server('graph-1-0');
      expect(state.users.get('neo4j')?.native?.password).toBe('second-password');
    },
    minute,
  );

  it(
    'sets what needs no restart on the running servers, and restarts none for the rest',
    async () => {
      const lab = stage();
      lab.startOperator();
      await lab.apply();
      await lab.until(() => lab.isReady());
      const before = await lab.list(pods);
      const maps = (await lab.list(configMaps)).map(({ metadata }) => metadata.name);
      await lab.apply({
        config: {
          'db.logs.query.threshold': '7s',

          'server.bolt.thread_pool_max_size': '500',
        },
      });
      await lab.settle(30_000);
      for (const { metadata } of before) {
        expect(lab.server(metadata.name).dynamicSettings.get('db.logs.query.threshold')).toBe('7s');
      }
      expect((await lab.list(pods)).map(({ metadata }) => metadata.uid)).toEqual(
        before.map(({ metadata }) => metadata.uid),
      );
      expect(await lab.condition('RestartRequired')).toMatchObject({ status: 'True' });
      expect(lab.forbidden()).toEqual([]);
      lab.effects.length = 0;
      await lab.settle(60_000);
      expect(lab.effects).toEqual([]);
      // The running pods still name what they were started with.
      expect((await lab.list(configMaps)).map(({ metadata }) => metadata.name)).toEqual(
        expect.arrayContaining(maps),
      );
    },
    minute,
  );

  it(
    'brings a pod that dies back on its volume, with the settings that are due, and collects what is old',
    async () => {
      const lab = stage();
      lab.startOperator();
      await lab.apply();
      await lab.until(() => lab.isReady());
      const { id } = lab.server('graph-2-0');
      await lab.apply({ config: { 'db.logs.query.threshold': '7s' } });
      await lab.settle(10_000);
      const pod = await lab.get(pods, 'graph-2-0');
      await lab.client.delete(pods, objectKey('prod', 'graph-2-0'), { uid: pod?.metadata.uid ?? '' });
      await lab.settle(5000);
      await lab.until(() => lab.isReady());
      expect(lab.server('graph-2-0').id).toBe(id);
      expect(lab.server('graph-2-0').configuration.settings.get('db.logs.query.threshold')).toBe('7s');
      await lab.settle(30_000);
      const ofServer = (await lab.list(configMaps)).filter(
        ({ metadata }) => metadata.labels?.[labels.server] === '2',
      );
      expect(ofServer).toHaveLength(1);
      expect(lab.forbidden()).toEqual([]);
    },
    minute,
  );

  it(
    'says with a reason of the catalogue that its first look has failed',
    async () => {
      const lab = stage();
      lab.allow(
        clusterRules.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => verb !== 'get') })),
      );
      lab.kube.client.create(
        { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'admin', namespace: 'prod' } },
        'user',
      );
      lab.startOperator();
      await lab.apply({ auth: { adminSecret: 'admin' } });
      await lab.settle(10_000);
      const { conditions = [] } = (await lab.cluster()).status ?? {};
      expect(conditions).toContainEqual(
        expect.objectContaining({ type: 'Ready', status: 'Unknown', reason: 'NoVerdict' }),
      );
      expect(conditions.filter(({ reason }) => !isReason(reason))).toEqual([]);
    },
    minute,
  );
});
