// The operator is killed after each of its effects, before it hears of it, and started again.
import { describe, expect, it } from '@jest/globals';
import { clusters, databases, secrets } from '@neo4j-operator/cluster-access';
import { describeWrite, isEvent, isLease, type Stage, type Write } from '../../stage/src/index.ts';
import {
  cluster,
  database,
  finalState,
  openThread,
  quickstart,
  statefulSets,
  untilSettled,
} from './thread.spec-helper.ts';

/**
 * How many effects lie between two kills of a run. So many runs, each begun one effect later, together kill after every effect; and
 * what one kill leaves behind meets the next.
 */
const stride = Number(process.env['CRASH_STRIDE'] ?? 16);

const counts = (write: Write): boolean => !isLease(write) && !isEvent(write);

const graph = { namespace: 'default', name: 'graph' };

/** Create, use, scale out, delete, make again. */
async function play(stage: Stage): Promise<unknown> {
  await stage.apply(quickstart);
  await untilSettled(stage);
  for (const name of ['neo4j', 'movies'])
    await stage.until(() => stage.probes(graph, name).write(`kept in ${name}`));

  const larger = quickstart.replace('primaries: 3\n    secondaries: 1', 'primaries: 4\n    secondaries: 2');
  expect(larger).not.toBe(quickstart);
  await stage.apply(larger);
  await untilSettled(stage);
  const passwords = secretValues(stage);
  expect(passwords).toHaveLength(3);

  await stage.delete(databases, 'default', 'movies');
  await stage.delete(clusters, 'default', 'graph');
  await stage.until(
    () =>
      cluster(stage) === undefined &&
      database(stage) === undefined &&
      stage.list(statefulSets).length === 0 &&
      stage.world.servers.length === 0,
  );

  await stage.apply(larger);
  await untilSettled(stage);
  expect(secretValues(stage)).toEqual(passwords);
  const kept = [];
  for (const name of ['neo4j', 'movies']) kept.push(await stage.probes(graph, name).read(`kept in ${name}`));
  expect(kept).toEqual([true, true]);
  expect(await stage.writesDuring(60_000).then((writes) => writes.map(describeWrite))).toEqual([]);
  return finalState(stage);
}

function secretValues(stage: Stage): readonly string[] {
  return stage
    .list(secrets, 'default')
    .map(({ metadata, data }) => `${metadata.name} ${JSON.stringify(data)}`);
}

/** Plays with kills after the effects `first`, `first + every`, and so on. */
async function playKilled(first: number, every: number): Promise<{ end: unknown; kills: readonly string[] }> {
  const { stage, invariants } = await openThread();
  const kills: string[] = [];
  try {
    let left = first;
    stage.ledger.onEffect((write) => {
      if (!counts(write) || --left > 0) return;
      left = every;
      kills.push(describeWrite(write));
      stage.operator?.crash();
    });
    stage.onStep(() => {
      if (stage.operator?.state === 'crashed') stage.startOperator();
    });
    stage.startOperator();
    const end = await play(stage);
    invariants.check();
    return { end, kills };
  } finally {
    await stage.close();
  }
}

describe('An operator that dies after each effect in turn', () => {
  let undisturbed: unknown;
  const killed = new Set<string>();

  it('is compared with one that does not', async () => {
    const { end, kills } = await playKilled(Infinity, Infinity);
    expect(kills).toEqual([]);
    undisturbed = end;
  });

  it.each(Array.from({ length: stride }, (_, index) => index + 1))(
    `ends the same, killed after effect %d and each ${stride}th from there on`,
    async (first) => {
      const { end, kills } = await playKilled(first, stride);
      for (const kill of kills) killed.add(kill);
      expect(kills.length).toBeGreaterThan(3);
      expect(end).toEqual(undisturbed);
    },
  );

  it('was killed after statements as well as after Kubernetes writes', () => {
    const all = [...killed].toSorted();
    expect(all.filter((kill) => kill.startsWith('system: ')).length).toBeGreaterThan(5);
    expect(all.length).toBeGreaterThan(40);
  });
});
