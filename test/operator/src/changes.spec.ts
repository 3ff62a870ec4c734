// What becomes of changes of the spec of a cluster that runs.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { secrets } from '@neo4j-operator/cluster-access';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import type { Stage } from '../../stage/src/index.ts';
import {
  adminPassword,
  changesDuring,
  clusterYaml,
  conditionOf,
  edit,
  graph,
  lives,
  members,
  play,
  say,
  settingOn,
  told,
  untilReady,
  untilTold,
} from './behaviour.spec-helper.ts';
import { claims, statefulSets } from './thread.spec-helper.ts';

const small = { topology: { primaries: 3, secondaries: 1 } };

/** The templates of all servers, without what they start with. */
function templates(stage: Stage): readonly string[] {
  return stage
    .list(statefulSets)
    .map((set: Stored & { readonly spec?: { readonly template: object } }) =>
      JSON.stringify(set.spec?.template),
    );
}

describe('A cluster that is as asked for', () => {
  it('is looked at by one poller and written to by nobody', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml(small));
      await untilReady(stage);
      await stage.advance(120_000);
      const before = stage.world.statements.length;
      const requests = stage.requestsOf(stage.operatorUser).length;
      expect(await stage.isQuiet()).toBe(true);
      const asked = stage.world.statements.slice(before).map(({ text }) => text.replace(/^CYPHER \d+ /, ''));
      expect([...new Set(asked)].toSorted()).toEqual(['SHOW DATABASES YIELD *', 'SHOW SERVERS YIELD *']);
      expect(asked.length).toBeLessThanOrEqual(6);
      const more = stage.requestsOf(stage.operatorUser).slice(requests);
      expect(
        more.filter(({ query }) => !query.has('watch')).map(({ method, path }) => `${method} ${path}`),
      ).toEqual([]);
    });
  });

  it('gets one server after the other, and those that are there are left alone', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml(small));
      await untilReady(stage);
      const before = lives(stage);
      await edit(stage, { topology: { primaries: 5, secondaries: 2 } });
      await untilReady(stage);
      expect(members(stage)).toEqual([
        'graph-1 Enabled NONE',
        'graph-2 Enabled NONE',
        'graph-3 Enabled NONE',
        'graph-4 Enabled SECONDARY',
        'graph-5 Enabled NONE',
        'graph-6 Enabled NONE',
        'graph-7 Enabled SECONDARY',
      ]);
      expect(lives(stage)).toMatchObject(before);
      expect(await changesDuring(stage)).toEqual([]);

      // Those that were there still find the settings that their containers were made with.
      stage.nodes.killContainer({ namespace: 'default', name: 'graph-1-0' }, 'neo4j');
      await stage.advance(2000);
      await untilReady(stage);
      expect(told(stage, 'RestartRequired')).toBe('False NoRestartNeeded');
    });
  });

  it('does not lose servers, says so, and takes it back', async () => {
    await play(async (stage) => {
      await stage.apply(clusterYaml({ topology: { primaries: 4, secondaries: 2 } }));
      await untilReady(stage);
      const before = lives(stage);
      await edit(stage, { topology: { primaries: 3, secondaries: 1 } });
      const message = await untilTold(stage, 'ScaleIn', 'True ScaleInNotAvailable');
      expect(message).toContain('spec.topology.primaries asks for 3 and there are 4');
      expect(message).toContain('spec.topology.secondaries asks for 1 and there are 2');
      expect(message).toContain('set it to 4');
      await stage.advance(60_000);
      expect(members(stage)).toHaveLength(6);
      await edit(stage, { topology: { primaries: 4, secondaries: 2 } });
      await untilTold(stage, 'ScaleIn', 'False ServersAsAsked');
      await untilReady(stage);
      expect(lives(stage)).toEqual(before);
      expect(stage.list(claims)).toHaveLength(6);
    });
  });
});

describe('A change that needs a restart', () => {
  let stage: Stage;
  let end: () => void;
  let over: Promise<void>;
  let before: Readonly<Record<string, string>>;
  let made: readonly string[];

  beforeAll(async () => {
    const ready = Promise.withResolvers<undefined>();
    const done = Promise.withResolvers<undefined>();
    over = play(async (opened) => {
      stage = opened;
      await stage.apply(clusterYaml(small));
      await untilReady(stage);
      ready.resolve(undefined);
      await done.promise;
    });
    end = () => {
      done.resolve(undefined);
    };
    await Promise.race([ready.promise, over]);
    before = lives(stage);
    made = templates(stage);
  });
  afterAll(async () => {
    end();
    await over;
  });

  it.each<{ readonly field: string; readonly change: object; readonly back: object }>([
    { field: 'spec.image', change: { image: { tag: '2026.09.0' } }, back: { image: { tag: '2026.08.1' } } },
    {
      field: 'spec.resources',
      change: { resources: { requests: { cpu: '200m' } } },
      back: { resources: { requests: { cpu: '100m' } } },
    },
    { field: 'spec.env', change: { env: [{ name: 'TZ', value: 'UTC' }] }, back: { env: null } },
    {
      field: 'spec.config[server.bolt.thread_pool_max_size]',
      change: { config: { 'server.bolt.thread_pool_max_size': '300' } },
      back: { config: null },
    },
    {
      field: 'spec.memory',
      change: { memory: { heap: '512Mi', pageCache: '256Mi' } },
      back: { memory: null },
    },
  ])(
    'of $field is told for each server and not made, and can be taken back',
    async ({ field, change, back }) => {
      await edit(stage, change);
      const message = await untilTold(stage, 'RestartRequired', 'True SpecChanged');
      expect(message).toMatch(`graph-1, graph-2, graph-3, graph-4: ${field}.`);
      await stage.advance(30_000);
      expect(told(stage, 'Ready')).toBe('True Available');
      expect(told(stage, 'RestartPending')).toBe('False NoRestartNeeded');
      expect(lives(stage)).toEqual(before);
      expect(templates(stage)).toEqual(made);

      await edit(stage, back);
      await untilTold(stage, 'RestartRequired', 'False NoRestartNeeded');
      await stage.advance(10_000);
      expect(lives(stage)).toEqual(before);
      expect(templates(stage)).toEqual(made);
      expect(await changesDuring(stage, 30_000)).toEqual([]);
    },
  );
});

describe('A setting that servers take while they run', () => {
  it('reaches all of them, lasts over restarts, and goes back', async () => {
    await play(async (stage) => {
      const threshold = 'db.logs.query.threshold';
      await stage.apply(clusterYaml(small));
      await untilReady(stage);
      const before = lives(stage);
      expect(await settingOn(stage, threshold)).toEqual(['5s', '5s', '5s', '5s']);
      await edit(stage, { config: { [threshold]: '1s' } });
      await stage.advance(10_000);
      expect(await settingOn(stage, threshold)).toEqual(['1s', '1s', '1s', '1s']);
      expect(lives(stage)).toEqual(before);
      expect(told(stage, 'RestartRequired')).toBe('False NoRestartNeeded');

      stage.nodes.killContainer({ namespace: 'default', name: 'graph-2-0' }, 'neo4j');
      await stage.until(() => stage.world.serversOf(graph).length < 4);
      await stage.until(() => stage.world.serversOf(graph).length === 4);
      await untilReady(stage);
      await stage.advance(30_000);
      expect(await settingOn(stage, threshold)).toEqual(['1s', '1s', '1s', '1s']);

      await edit(stage, { config: null });
      await stage.advance(30_000);
      expect(await settingOn(stage, threshold)).toEqual(['5s', '5s', '5s', '5s']);
      await untilReady(stage);
      expect(await changesDuring(stage)).toEqual([]);
    });
  });
});

describe("The administrator's password", () => {
  const newPassword = { stringData: { password: 'another-horse' } };

  it('is changed with the Secret, by the account of the operator', async () => {
    await play(
      async (stage) => {
        await stage.apply(clusterYaml(small));
        await untilReady(stage);
        const old = adminPassword(stage);
        const before = stage.world.statements.length;
        await stage.patch(secrets, 'default', 'graph-auth', newPassword);
        await stage.advance(10_000);
        const changes = stage.world.statements.slice(before).filter(({ changed }) => changed);
        expect(changes.map(({ user }) => user)).toEqual(['neo4j-operator']);
        expect(await say(stage, 'SHOW CURRENT USER YIELD user', { password: 'another-horse' })).toEqual([
          { user: 'neo4j' },
        ]);
        expect(await say(stage, 'SHOW CURRENT USER YIELD user', { password: old })).toBe(
          'Neo.ClientError.Security.Unauthorized',
        );
        expect(told(stage, 'AdminPasswordSet')).toBe('True PasswordSet');
        expect(await changesDuring(stage)).toEqual([]);
      },
      { apartFrom: ['OneSecretValue'] },
    );
  });

  it('is that of a Secret of the user, and a bad one is told and holds a new cluster back', async () => {
    await play(async (stage) => {
      const secret = (password: string) =>
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'mine' },
          stringData: { password },
        });
      await stage.apply(clusterYaml({ topology: { primaries: 1 }, auth: { adminSecret: 'mine' } }));
      expect(await untilTold(stage, 'Ready', 'False AdminSecretInvalid')).toContain('spec.auth.adminSecret');
      for (const [bad, why] of [
        ['-dashed-horse', 'dash'],
        ['short', '8'],
      ] as const) {
        await stage.apply(secret(bad));
        await stage.advance(5000);
        expect(told(stage, 'Ready')).toBe('False AdminSecretInvalid');
        expect(conditionOf(stage, 'Ready')?.message).toContain(why);
      }
      expect(stage.list(claims)).toEqual([]);
      await stage.apply(secret('correct-horse'));
      await untilReady(stage);
      expect(await say(stage, 'SHOW CURRENT USER YIELD user', { password: 'correct-horse' })).toEqual([
        { user: 'neo4j' },
      ]);
      expect(stage.get(secrets, 'default', 'graph-auth')).toBeUndefined();

      // A cluster that runs goes on with the password that it has.
      await stage.apply(secret('short'));
      expect(await untilTold(stage, 'AdminPasswordSet', 'False AdminSecretInvalid')).toContain('8');
      expect(await say(stage, 'SHOW CURRENT USER YIELD user', { password: 'correct-horse' })).toEqual([
        { user: 'neo4j' },
      ]);
      await stage.apply(secret('better-horse'));
      await untilTold(stage, 'AdminPasswordSet', 'True PasswordSet');
      expect(await say(stage, 'SHOW CURRENT USER YIELD user', { password: 'better-horse' })).toEqual([
        { user: 'neo4j' },
      ]);
    });
  });
});
