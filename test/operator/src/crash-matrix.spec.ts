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
  // Events that come again are told of once more within a minute.
  await stage.advance(60_000);
  expect(await stage.writesDuring(60_000).then((writes) => writes.map(describeWrite))).toEqual([]);
  return finalState(stage);
}

function secretValues(stage: Stage): readonly string[] {
  return stage
    .list(secrets, 'default')
    .map(({ metadata, data }) => `${metadata.name} ${JSON.stringify(data)}`);
}

/** What was played, and after which effects the operator was killed. */
interface Played {
  readonly end: unknown;
  readonly kills: readonly string[];
  readonly effects: readonly string[];
}

/** Plays, with a kill after each effect for which `isNext` says so. */
async function playKilled(isNext: (effect: string) => boolean): Promise<Played> {
  const { stage, invariants } = await openThread();
  const kills: string[] = [];
  try {
    stage.ledger.onEffect((write) => {
      const effect = describeWrite(write);
      if (!counts(write) || !isNext(effect)) return;
      kills.push(effect);
      stage.operator?.crash();
    });
    stage.onStep(() => {
      if (stage.operator?.state === 'crashed') stage.startOperator();
    });
    stage.startOperator();
    const end = await play(stage);
    invariants.check();
    return { end, kills, effects: stage.ledger.effects.filter(counts).map(describeWrite) };
  } finally {
    await stage.close();
  }
}

/** After the effects `first`, `first + every`, and so on. */
function eachNth(first: number, every: number): () => boolean {
  let left = first;
  return () => {
    if (--left > 0) return false;
    left = every;
    return true;
  };
}

/** After the first effect of each of these descriptions. */
function firstOf(descriptions: Iterable<string>): (effect: string) => boolean {
  const left = new Set(descriptions);
  return (effect) => left.delete(effect);
}

describe('An operator that dies after each effect in turn', () => {
  let undisturbed: Played | undefined;
  const killed = new Set<string>();

  it('is compared with one that does not', async () => {
    undisturbed = await playKilled(() => false);
    expect(undisturbed.effects.length).toBeGreaterThan(100);
  });

  it.each(Array.from({ length: stride }, (_, index) => index + 1))(
    `ends the same, killed after effect %d and each ${stride}th from there on`,
    async (first) => {
      const { end, kills } = await playKilled(eachNth(first, stride));
      for (const kill of kills) killed.add(kill);
      expect(kills.length).toBeGreaterThan(3);
      expect(end).toEqual(undisturbed?.end);
    },
  );

  it('ends the same, killed after what has not been met yet', async () => {
    const missed = new Set(undisturbed?.effects.filter((effect) => !killed.has(effect)));
    const { end, kills } = await playKilled(firstOf(missed));
    expect(new Set(kills)).toEqual(missed);
    expect(end).toEqual(undisturbed?.end);
  });
});
