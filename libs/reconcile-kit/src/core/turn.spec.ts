import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import { Turn } from './turn.ts';

describe('Turn', () => {
  it('is over after 8 ms, or after 256 items', async () => {
    const clock = new VirtualClock();
    const turn = new Turn(clock);
    for (let item = 1; item < 256; item++) expect(turn.isOver()).toBe(false);
    expect(turn.isOver()).toBe(true);
    await turn.yield();
    expect(turn.isOver()).toBe(false);
    await clock.advance(8);
    expect(Array.from({ length: 16 }, () => turn.isOver())).toContain(true);
  });

  it('makes every loop give way when one does', async () => {
    const turn = new Turn(new VirtualClock());
    for (let item = 1; item < 256; item++) turn.isOver();
    expect(turn.isOver()).toBe(true);
    const first = turn.yield();
    expect(turn.isOver()).toBe(true);
    expect(turn.yield()).toBe(first);
    await first;
    expect(turn.isOver()).toBe(false);
  });
});
