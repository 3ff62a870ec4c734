import { describe, expect, it } from '@jest/globals';
import { type Condition, findCondition, isTrue, setConditions } from './conditions.ts';

const ready = { type: 'Ready', status: 'True', reason: 'AllReady', message: '' } as const;
const before: Condition = { ...ready, observedGeneration: 1, lastTransitionTime: '2026-01-01T00:00:00Z' };
const at = { now: Date.UTC(2026, 0, 2, 3, 4, 5, 678), observedGeneration: 2 };

describe('setConditions', () => {
  it('dates a new condition, in whole seconds', () => {
    expect(setConditions(undefined, [ready], at)).toEqual([
      { ...ready, observedGeneration: 2, lastTransitionTime: '2026-01-02T03:04:05Z' },
    ]);
  });

  it('keeps the time while the status stays, though the reason changes', () => {
    const [condition] = setConditions([before], [{ ...ready, reason: 'Other', message: 'm' }], at);
    expect(condition).toEqual({ ...before, observedGeneration: 2, reason: 'Other', message: 'm' });
  });

  it('keeps the generation of a condition that was stated for an earlier one', () => {
    const [condition] = setConditions([before], [{ ...ready, observedGeneration: 1 }], at);
    expect(condition).toEqual(before);
  });

  it('changes the time with the status', () => {
    const [condition] = setConditions([before], [{ ...ready, status: 'Unknown' }], at);
    expect(condition?.lastTransitionTime).toBe('2026-01-02T03:04:05Z');
  });

  it('orders by type, drops what is stated no longer, and takes the later of two of a type', () => {
    const conditions = setConditions(
      [{ ...before, type: 'Old' }],
      [{ ...ready, type: 'Stalled' }, ready, { ...ready, type: 'Stalled', status: 'False' }],
      at,
    );
    expect(conditions.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'Ready=True',
      'Stalled=False',
    ]);
  });

  it('cuts a message that the API would refuse', () => {
    const [condition] = setConditions([], [{ ...ready, message: 'x'.repeat(40_000) }], at);
    expect(condition?.message).toHaveLength(32_768);
  });
});

describe('isTrue', () => {
  it('is false for what is not there, unknown or false', () => {
    expect(isTrue([before], 'Ready')).toBe(true);
    expect(isTrue([{ ...before, status: 'Unknown' }], 'Ready')).toBe(false);
    expect(isTrue([before], 'Stalled')).toBe(false);
    expect(isTrue(undefined, 'Ready')).toBe(false);
    expect(findCondition([before], 'Ready')).toBe(before);
  });
});
