import { describe, expect, it } from '@jest/globals';
import { microTime } from './micro-time.ts';

describe('microTime', () => {
  it('has six digits of the second', () => {
    expect(microTime(Date.UTC(2026, 0, 2, 3, 4, 5, 60))).toBe('2026-01-02T03:04:05.060000Z');
  });
});
