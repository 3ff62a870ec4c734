// Killed while a cluster forms, and started again: the same in the end.
import { afterEach, describe, expect, it } from '@jest/globals';
import { annotations, secrets } from '@neo4j-operator/cluster-access';
import { claims } from './model/resources.ts';
import { Stage } from './reconciler.spec-helper.ts';

const stages: Stage[] = [];

afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.end();
});

/** Forms a cluster; the operator is killed after so many effects and comes back a little later. Gives how many effects there were. */
async function formation(crashAfter: number): Promise<Stage> {
  const lab = new Stage();
  stages.push(lab);
  lab.crashAfter = crashAfter;
  lab.startOperator();
  await lab.apply({ topology: { primaries: 3, secondaries: 1 } });
  await lab.until(async () => !lab.isOperatorAlive() || (await lab.isReady()));
  if (!lab.isOperatorAlive()) {
    await lab.settle(2000);
    await lab.stopOperator();
    lab.crashAfter = Number.POSITIVE_INFINITY;
    lab.startOperator();
    await lab.until(() => lab.isReady());
  }
  return lab;
}

async function outcome(lab: Stage): Promise<unknown> {
  const leader = lab.server('graph-1-0');
  return {
    secrets: (await lab.list(secrets)).map(({ metadata }) => metadata.name),
    claims: (await lab.list(claims)).map(({ metadata }) => [
      metadata.name,
      metadata.annotations?.[annotations.systemMode],
      metadata.annotations?.[annotations.serverId] !== undefined,
    ]),
    servers: [...leader.state.servers.values()].map(({ state }) => state),
    users: [...leader.state.users.keys()].toSorted(),
    databases: [...leader.state.databases.values()].map(({ name, hosts }) => [name, hosts.length]),
  };
}

/** The first and the last effect of each sort, counted from one. What lies between does the same to another server. */
function ofEachSort(effects: readonly string[]): readonly number[] {
  const sorts = effects.map((effect) => effect.replace(/-\d+(-[0-9a-f]+)?$/, '-N'));
  return [...sorts.keys()]
    .filter((index) => {
      const sort = sorts[index] ?? '';
      return sorts.indexOf(sort) === index || sorts.lastIndexOf(sort) === index;
    })
    .map((index) => index + 1);
}

describe('an operator that is killed while a cluster forms', () => {
  it('comes to the same end after an effect of each sort', async () => {
    const undisturbed = await formation(Number.POSITIVE_INFINITY);
    const expected = await outcome(undisturbed);
    const { effects } = undisturbed;
    const points = ofEachSort(effects);
    expect(points.length).toBeGreaterThan(20);
    for (const after of points) {
      const lab = await formation(after).catch((error: unknown) => {
        throw new Error(`killed after effect ${after}, ${effects[after - 1] ?? ''}`, { cause: error });
      });
      expect([after, await outcome(lab)]).toEqual([after, expected]);
      expect(lab.forbidden()).toEqual([]);
      await lab.end();
      stages.pop();
    }
  }, 240_000);
});
