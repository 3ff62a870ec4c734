import { describe, expect, it } from '@jest/globals';
import type { ScalingEvent, TimedReplicas } from '../history/types.ts';
import { fullMemory } from './memory.ts';

const hour = 3_600_000;

describe('the memory', () => {
  it('keeps proposals for an hour, however short the window is now', () => {
    const kept = [{ time: 0, replicas: 3 }];
    const made = { time: hour, replicas: 4 };
    expect(fullMemory.recommendation(kept, made, 0)).toEqual([...kept, made]);
    expect(fullMemory.recommendation(kept, { ...made, time: hour + 1 }, 0)).toHaveLength(1);
    expect(fullMemory.recommendation(kept, { ...made, time: 2 * hour }, 2 * hour)).toHaveLength(2);
  });

  it('keeps events of both directions for half an hour', () => {
    const kept = [{ time: 0, change: 3 }];
    expect(fullMemory.event(kept, { time: hour / 2, change: -1 }, 1)).toHaveLength(2);
    expect(fullMemory.event(kept, { time: hour / 2 + 1, change: -1 }, 1)).toHaveLength(1);
  });

  it('is bounded', () => {
    let recommendations: readonly TimedReplicas[] = [];
    let events: readonly ScalingEvent[] = [];
    for (let time = 0; time < 3 * hour; time += 15_000) {
      recommendations = fullMemory.recommendation(recommendations, { time, replicas: 1 }, 300_000);
      events = fullMemory.event(events, { time, change: 1 }, 15_000);
    }
    expect(recommendations).toHaveLength(241);
    expect(events).toHaveLength(121);
  });
});
