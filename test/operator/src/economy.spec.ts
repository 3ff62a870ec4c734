// What the operator does not do: look at anything twice, or work where nothing has happened.
import { describe, expect, it } from '@jest/globals';
import { play, untilReady } from './behaviour.spec-helper.ts';
import { quickstart } from './thread.spec-helper.ts';

describe('The operator', () => {
  it('watches each resource once, whichever of its parts looks at it', async () => {
    await play(async (stage) => {
      await stage.apply(quickstart);
      await untilReady(stage);
      const watched = stage
        .requestsOf(stage.operatorUser)
        .filter(({ watch }) => watch)
        .map(({ path }) => path);
      expect(watched.length).toBeGreaterThan(8);
      expect(watched.toSorted()).toEqual([...new Set(watched)].toSorted());
    });
  });
});
