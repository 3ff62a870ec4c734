import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import { BookmarkPatience, longestSilenceMs } from './bookmark-patience.ts';

/** The limit after some watching without a bookmark. */
async function limitAfter(watchedMs: number, watchMs: number): Promise<number> {
  const clock = new VirtualClock();
  const watch = new BookmarkPatience(clock).startWatch(watchMs);
  await clock.advance(watchedMs);
  return watch.limitMs();
}

describe('BookmarkPatience', () => {
  it('expects a bookmark every 90 s, until a server has sent none for three minutes', async () => {
    expect(await limitAfter(179_999, 200_000)).toBe(90_000);
    expect(await limitAfter(180_000, 200_000)).toBe(200_000);
  });

  it('lets no watch be silent for longer than others are told to allow for', async () => {
    expect(await limitAfter(180_000, 10 * longestSilenceMs)).toBe(longestSilenceMs);
  });

  it('adds the time of watches up, and expects bookmarks for good from the first on', async () => {
    const clock = new VirtualClock();
    const patience = new BookmarkPatience(clock);
    const first = patience.startWatch(200_000);
    await clock.advance(100_000);
    first.endWatch();
    const second = patience.startWatch(200_000);
    await clock.advance(80_000);
    expect(second.limitMs()).toBe(200_000);
    second.heardBookmark();
    expect(second.limitMs()).toBe(90_000);
    second.endWatch();
    expect(patience.startWatch(200_000).limitMs()).toBe(90_000);
  });
});
