// How clusters come to be, what keeps them from it, and the way back.
import { describe, expect, it } from '@jest/globals';
import { clusters, configMaps, secrets } from '@neo4j-operator/cluster-access';
import { describeWrite, isEvent, type Stage } from '../../stage/src/index.ts';
import {
  adminPassword,
  changesDuring,
  clusterYaml,
  edit,
  graph,
  leader,
  lives,
  members,
  play,
  say,
  told,
  untilReady,
  untilTold,
} from './behaviour.spec-helper.ts';
import { claims, cluster, statefulSets } from './thread.spec-helper.ts';

interface Shape {
  readonly tag: string;
  readonly primaries: number;
  readonly secondaries?: number;
  /** How many voters have to meet. */
  readonly meet: number;
}

const shapes: readonly Shape[] = [
  { tag: '5.26.30', primaries: 1, meet: 1 },
  { tag: '5.26.30', primaries: 2, meet: 2 },
  { tag: '5.26.30', primaries: 3, meet: 3 },
  { tag: '5.26.30', primaries: 5, meet: 3 },
  { tag: '2026.08.1', primaries: 1, secondaries: 1, meet: 1 },
  { tag: '2026.08.1', primaries: 2, meet: 2 },
  { tag: '2026.08.1', primaries: 5, meet: 3 },
  { tag: '2026.08.1', primaries: 8, meet: 4 },
];

/** The configuration that a server was made with. */
function confOf(stage: Stage, server: number): string {
  const map = stage
    .list(configMaps, graph.namespace)
    .find(({ metadata }) => metadata.name.startsWith(`graph-${server}-`));
  return map?.data?.['neo4j.conf'] ?? '';
}

describe('A cluster', () => {
  it.each(shapes)(
    'of $primaries primaries on $tag is formed by $meet',
    async ({ tag, primaries, secondaries = 0, meet }) => {
      await play(
        async (stage) => {
          await stage.apply(clusterYaml({ image: { tag }, topology: { primaries, secondaries } }));
          await untilReady(stage);
          const all = primaries + secondaries;
          expect(members(stage)).toEqual(
            Array.from(
              { length: all },
              (_, index) => `graph-${index + 1} Enabled ${index < primaries ? 'NONE' : 'SECONDARY'}`,
            ),
          );
          for (let number = 1; number <= all; number++) {
            const conf = confOf(stage, number);
            expect(conf).toContain(`dbms.cluster.minimum_initial_system_primaries_count=${meet}`);
            const mode = number <= Math.min(7, primaries) ? 'PRIMARY' : 'SECONDARY';
            expect(conf).toContain(`server.cluster.system_database_mode=${mode}`);
          }
          expect(leader(stage).system?.members).toHaveLength(Math.min(7, primaries));
          const most = Math.min(3, primaries);
          const copies = most === 2 ? 1 : most;
          expect(leader(stage).state.databases.get('neo4j')).toMatchObject({
            primaries: copies,
            secondaries,
          });
          expect(cluster(stage)?.status?.version).toBe(tag);
          expect(told(stage, 'Formed')).toBe('True ClusterFormed');
          expect(told(stage, 'Stalled')).toBe('False NotStalled');
        },
        { nodes: 3 },
      );
    },
  );

  it('of the Community Edition is one server without a cluster', async () => {
    await play(async (stage) => {
      await stage.apply(
        clusterYaml({ edition: 'community', acceptLicenseAgreement: undefined, topology: { primaries: 1 } }),
      );
      await untilReady(stage);
      const conf = confOf(stage, 1);
      expect(conf).not.toMatch(/^[a-z.]*(cluster|discovery)\b/m);
      expect(stage.world.servers.map(({ server }) => server.configuration.edition)).toEqual(['community']);
      expect(stage.world.statements.some(({ text }) => /ENABLE|GRANT|SHOW SERVERS/.test(text))).toBe(false);
      expect(await say(stage, 'SHOW CURRENT USER YIELD user')).toEqual([{ user: 'neo4j' }]);
      expect(await changesDuring(stage)).toEqual([]);
    });
  });

  it('has an administrator with the password of the Secret, and none with the one that servers start with', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml({ topology: { primaries: 1 } }));
      await untilReady(stage);
      expect(await say(stage, 'SHOW CURRENT USER YIELD user')).toEqual([{ user: 'neo4j' }]);
      const initial = adminPassword(stage, 'graph-bootstrap');
      expect(await say(stage, 'SHOW CURRENT USER YIELD user', { password: initial })).toBe(
        'Neo.ClientError.Security.Unauthorized',
      );
    });
  });
});

describe('A cluster that does not form', () => {
  it('says that no node takes a pod, and forms once it asks for less', async () => {
    await play(async (stage) => {
      const resources = { requests: { cpu: '900', memory: '2Gi' }, limits: { memory: '2Gi' } };
      await stage.apply(clusterYaml({ resources }));
      const message = await untilTold(stage, 'Ready', 'False PodUnschedulable');
      expect(message).toContain('graph-1, graph-2, graph-3: no node takes the pod');
      expect(message).toContain('spec.resources.requests');
      await edit(stage, { resources: { requests: { cpu: '100m' } } });
      await untilReady(stage);
      expect(told(stage, 'RestartRequired')).toBe('False NoRestartNeeded');
    });
  });

  it('says that an image cannot be pulled, and forms once that is corrected', async () => {
    await play(async (stage) => {
      await stage.apply(
        clusterYaml({ image: { repo: 'registry.example/none', tag: 'latest', version: '2026.08.1' } }),
      );
      const message = await untilTold(stage, 'Ready', 'False ImagePullFailed');
      expect(message).toContain('registry.example/none:latest cannot be pulled');
      expect(message).toContain('spec.image');
      await edit(stage, { image: { repo: null, tag: '5.26.30', version: null } });
      await untilReady(stage);
      expect(cluster(stage)?.status?.version).toBe('5.26.30');
      expect(new Set(stage.world.boots.map(({ pod }) => pod.name)).size).toBe(3);
    });
  });

  it('says that servers end, with what they say last, and forms once the setting is corrected', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml({ config: { 'db.made_up.setting': 'x' } }));
      const message = await untilTold(stage, 'Ready', 'False ServerCrashing');
      expect(message).toContain('db.made_up.setting');
      expect(message).toContain('spec.config');
      await edit(stage, { config: null });
      await untilReady(stage);
      expect(told(stage, 'RestartRequired')).toBe('False NoRestartNeeded');
    });
  });

  it('is mended by an operator that dies after each of its effects, all the same', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml({ config: { 'db.made_up.setting': 'x' } }));
      await untilTold(stage, 'Ready', 'False ServerCrashing');
      const kills: string[] = [];
      stage.ledger.onEffect((write) => {
        if (isEvent(write) || kills.length === 40) return;
        kills.push(describeWrite(write));
        stage.operator?.crash();
      });
      stage.onStep(() => {
        if (stage.operator?.state === 'crashed') stage.startOperator();
      });
      await edit(stage, { config: null });
      await untilReady(stage, 600_000);
      expect(kills.filter((kill) => kill.startsWith('DELETE') && kill.includes('/pods/'))).toHaveLength(3);
      expect(leader(stage).state.servers.size).toBe(3);
    });
  });

  it('says that a container cannot start, and forms once its environment is corrected', async () => {
    await play(async (stage) => {
      const env = [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'none', key: 'token' } } }];
      await stage.apply(clusterYaml({ env }));
      const message = await untilTold(stage, 'Ready', 'False ContainerNotStarted');
      expect(message).toContain('none');
      expect(message).toContain('spec.env');
      await edit(stage, { env: null });
      await untilReady(stage);
    });
  });

  it('says who sees whom while the network is cut, and forms once it is whole', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml());
      let isCut = true;
      stage.onStep(() => {
        if (isCut) stage.neo4j.partition(graph, 'graph-3-0');
      });
      const message = await untilTold(stage, 'Ready', 'False ServersDoNotMeet');
      expect(message).toContain('3 run, 3 have to meet');
      expect(message).toContain('dbms.cluster.minimum_initial_system_primaries_count');
      expect(message).toContain('graph-3.default.svc.cluster.local:6000 (dbms.cluster.endpoints)');
      expect(told(stage, 'Formed')).toBe('False ServersDoNotMeet');
      isCut = false;
      stage.neo4j.heal(graph);
      await untilReady(stage);
      expect(leader(stage).state.servers.size).toBe(3);
    });
  });

  it('says that kept volumes have other passwords, and is ready once they are the same', async () => {
    await play(
      async (stage) => {
        await stage.apply(clusterYaml());
        await untilReady(stage);
        const password = adminPassword(stage);
        await stage.delete(clusters, 'default', 'graph');
        await stage.until(() => stage.list(statefulSets).length === 0 && stage.world.servers.length === 0);
        await stage.delete(secrets, 'default', 'graph-operator');
        await stage.apply(clusterYaml());
        const message = await untilTold(stage, 'Ready', 'False LoginRefused');
        expect(message).toContain('restore Secret graph-operator, or run ALTER USER');
        await stage.advance(120_000);
        expect(await changesDuring(stage, 600_000)).toEqual([]);

        expect(
          await say(stage, 'ALTER USER `neo4j-operator` SET PASSWORD $password CHANGE NOT REQUIRED', {
            password,
            parameters: { password: adminPassword(stage, 'graph-operator') ?? '' },
          }),
        ).toEqual([]);
        await untilReady(stage);
        expect(stage.list(claims)).toHaveLength(3);
        expect(Object.keys(lives(stage))).toHaveLength(3);
      },
      { apartFrom: ['OneSecretValue'] },
    );
  });

  it('says that the volumes of another cluster were first used with other passwords', async () => {
    await play(
      async (stage) => {
        await stage.apply(clusterYaml({ topology: { primaries: 1 } }));
        await stage.until(() => stage.world.serversOf(graph).length === 1);
        stage.operator?.crash();
        // Nobody has looked into the volume yet, and the password that it was made with is gone.
        await stage.delete(secrets, 'default', 'graph-bootstrap');
        stage.startOperator();
        const message = await untilTold(stage, 'Ready', 'False LoginRefused');
        expect(message).toContain('graph-bootstrap');
        expect(message).toContain('delete the cluster and its claims');
      },
      { apartFrom: ['OneSecretValue'] },
    );
  });
});
