// The operator dies right after each of its effects in turn, before it hears of it, and is started again: the end is always the same.
import { describe, expect, it } from '@jest/globals';
import { annotations } from '@neo4j-operator/cluster-access';
import { World } from './world.spec-helper.ts';

interface Story {
  readonly name: string;
  readonly before?: (world: World) => Promise<void> | void;
  readonly act: (world: World) => Promise<void> | void;
  readonly end: (world: World) => Promise<unknown>;
  /** What that is to be each time. */
  readonly expected: unknown;
  /** Fewer would mean that the story does not do what it says. */
  readonly effects: number;
}

const movies = { deletionPolicy: 'Drop' } as const;

const stories: readonly Story[] = [
  {
    name: 'a database is made',
    act: (world) => {
      world.createDatabase('movies');
    },
    end: async (world) => ({
      ready: world.ready('movies'),
      owned: world.recordedId('movies') === (await world.database('movies'))?.id,
      annotations: Object.keys(world.object('movies')?.metadata.annotations ?? {}),
    }),
    expected: { ready: 'True/Online', owned: true, annotations: [annotations.databaseId] },
    effects: 5,
  },
  {
    name: 'the default database is taken over and gets other copies',
    before: async (world) => {
      await world.addSecondary();
    },
    act: (world) => {
      world.createDatabase('neo4j', { topology: { secondaries: 1 } });
    },
    end: async (world) => ({
      ready: world.ready('neo4j'),
      requested: (await world.database('neo4j'))?.requested,
    }),
    expected: { ready: 'True/Online', requested: { primaries: 3, secondaries: 1 } },
    effects: 4,
  },
  {
    name: 'a database is stopped and changed meanwhile, and started again',
    before: async (world) => {
      world.createDatabase('movies', { topology: { primaries: 1 } });
      await world.settle();
      await world.write('movies', 'p1');
    },
    act: async (world) => {
      world.edit('movies', { state: 'offline', topology: { primaries: 3 } });
      await world.settleReviving();
      world.edit('movies', { state: 'online' });
    },
    end: async (world) => ({
      ready: world.ready('movies'),
      requested: (await world.database('movies'))?.requested,
      kept: await world.has('movies', 'p1'),
    }),
    expected: { ready: 'True/Online', requested: { primaries: 3, secondaries: 0 }, kept: true },
    effects: 5,
  },
  {
    name: 'an object is deleted, keeping its database, and made again',
    before: async (world) => {
      world.createDatabase('movies');
      await world.settle();
      await world.write('movies', 'p1');
    },
    act: async (world) => {
      world.delete('movies');
      await world.settleReviving();
      world.createDatabase('movies');
    },
    end: async (world) => ({
      ready: world.ready('movies'),
      kept: world.kept()?.['movies'] === world.recordedId('movies'),
      data: await world.has('movies', 'p1'),
    }),
    expected: { ready: 'True/Online', kept: true, data: true },
    effects: 5,
  },
  {
    name: 'an object is deleted with its database',
    before: async (world) => {
      world.createDatabase('movies', movies);
      world.createDatabase('music');
      await world.settle();
    },
    act: (world) => {
      world.delete('movies');
    },
    end: async (world) => ({
      object: world.object('movies'),
      database: await world.database('movies'),
      other: world.ready('music'),
    }),
    expected: { object: undefined, database: undefined, other: 'True/Online' },
    effects: 2,
  },
];

/** Runs a story and gives what it came to. A run that dies is started again until it gets through. */
async function play(
  { act, before, end }: Story,
  crashAt: number,
): Promise<{ end: unknown; effects: number }> {
  const world = await World.start();
  try {
    await before?.(world);
    await world.settle(60_000);
    const from = world.effects.length;
    world.crashAfter = from + crashAt;
    await act(world);
    await world.settleReviving();
    expect(world.forbidden()).toEqual([]);
    return { end: await end(world), effects: world.effects.length - from };
  } finally {
    await world.end();
  }
}

describe.each(stories)('when $name', (story) => {
  it('a crash after any effect changes nothing in the end', async () => {
    const { effects, end } = await play(story, Number.POSITIVE_INFINITY);
    expect(effects).toBeGreaterThanOrEqual(story.effects);
    expect(end).toEqual(story.expected);
    for (let crashAt = 1; crashAt <= effects; crashAt++) {
      expect({ crashAt, end: (await play(story, crashAt)).end }).toEqual({ crashAt, end: story.expected });
    }
  }, 120_000);
});
