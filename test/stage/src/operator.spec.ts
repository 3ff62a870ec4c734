import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sleep } from '@neo4j-operator/clock';
import { configMaps } from '@neo4j-operator/cluster-access';
import { describeWrite, type OperatorFactory, Stage } from './index.ts';
import { endpointOf, handMade } from './hand-made.spec-helper.ts';

/** Makes ConfigMaps `a` and `b` and the user `alice`, whatever of them is missing, and then looks on once a second. */
function smallOperator(heard: string[]): OperatorFactory {
  return ({ clock, connector, transport }) => ({
    run: async (signal) => {
      const link = connector.open({
        ...endpointOf('c', 1),
        mayLogIn: () => true,
        loginRefused: () => undefined,
        trust: 'plaintext',
        maxConnections: 1,
        acquisitionTimeoutMs: 5000,
      });
      const make = async (name: string): Promise<void> => {
        const { status } = await transport.request({
          method: 'POST',
          path: '/api/v1/namespaces/default/configmaps',
          body: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } }),
        });
        heard.push(`${name} ${status}`);
      };
      do {
        await Promise.all([make('a'), make('b')]);
        const user = await link.run(
          {
            text: 'CREATE USER $name IF NOT EXISTS SET PASSWORD $password CHANGE NOT REQUIRED',
            parameters: { name: 'alice', password: 'correct-horse' },
          },
          { database: 'system', access: 'write', bookmarks: [], timeoutMs: 5000 },
        );
        heard.push(`alice ${user.ok ? user.result.systemUpdates : user.failure.message}`);
      } while (await sleep(clock, 1000, signal));
      await link.close();
    },
  });
}

describe('An operator on a stage', () => {
  let stage: Stage;
  let heard: string[];
  beforeEach(async () => {
    heard = [];
    stage = await Stage.open({ operator: smallOperator(heard) });
    await stage.apply(handMade({ name: 'c', servers: 1 }));
    await stage.until(() => stage.probes({ namespace: 'default', name: 'c' }).write('x'));
  });
  afterEach(() => stage.close());

  const made = (): readonly string[] =>
    stage
      .list(configMaps, 'default')
      .map(({ metadata }) => metadata.name)
      .filter((name) => ['a', 'b'].includes(name));

  it('is counted: each effect has a number', async () => {
    stage.startOperator();
    await stage.until(() => heard.length >= 6);
    expect(stage.ledger.effects.map(describeWrite)).toEqual([
      'POST /api/v1/namespaces/default/configmaps',
      'POST /api/v1/namespaces/default/configmaps',
      'system: CREATE USER $name IF NOT EXISTS SET PASSWORD $password CHANGE NOT REQUIRED',
    ]);
    expect(heard.slice(3).toSorted()).toEqual(['a 409', 'alice 0', 'b 409']);
    expect(stage.requestsOf(stage.operatorUser).length).toBeGreaterThan(3);
    await stage.stopOperator();
    expect(stage.operator?.state).toBe('stopped');
    expect(await stage.isQuiet()).toBe(true);
  });

  it.each([
    { n: 1, objects: ['a'], hears: [] },
    { n: 2, objects: ['a', 'b'], hears: ['a 201'] },
    { n: 3, objects: ['a', 'b'], hears: ['a 201', 'b 201'] },
  ])('is killed right after effect $n, before it hears of it', async ({ hears, n, objects }) => {
    stage.startOperator().crashAfter(n);
    await stage.until(() => stage.operator?.state === 'crashed');
    expect(made()).toEqual(objects);
    await stage.clock.advance(60_000);
    expect(heard).toEqual(hears);
    expect(made()).toEqual(objects);
    expect(stage.ledger.effects).toHaveLength(n);

    stage.startOperator();
    await stage.until(() => stage.ledger.effects.length === 3);
    expect(made()).toEqual(['a', 'b']);
  });

  it('reaches nobody after a crash, whatever it had under way', async () => {
    stage.neo4j.wire({ namespace: 'default', name: 'c-1-0' }, { slowMs: 2000 });
    stage.startOperator();
    await stage.clock.advance(500);
    stage.operator?.crash();
    await stage.clock.advance(60_000);
    expect(stage.ledger.effects).toHaveLength(2);
    expect(heard).toEqual(['a 201', 'b 201']);
  });

  it('fails the test that waits if it ends by an error', async () => {
    stage.startOperator(() => ({ run: () => Promise.reject(new Error('no such flag')) }));
    await expect(stage.until(() => false)).rejects.toThrow('no such flag');
    expect(stage.operator?.state).toBe('failed');
  });

  it('may do only what its roles allow', async () => {
    await stage.close();
    stage = await Stage.open({ operator: smallOperator(heard), rbac: [] });
    stage.startOperator();
    await stage.until(() => heard.length >= 2);
    expect(heard.slice(0, 2)).toEqual(['a 403', 'b 403']);
  });
});
