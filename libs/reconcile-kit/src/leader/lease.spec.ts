import { describe, expect, it } from '@jest/globals';
import { heldSpec, holderOf, mayAcquireAt, releasedSpec } from './lease.ts';

const time = '2026-01-01T00:00:00.000000Z';
const now = Date.UTC(2026, 0, 1, 0, 1);
const nowText = '2026-01-01T00:01:00.000000Z';

describe('holderOf', () => {
  it('takes an empty, a null and an absent holder for none', () => {
    expect([undefined, {}, { holderIdentity: '' }, { holderIdentity: null }].map(holderOf)).toStrictEqual(
      Array(4).fill(undefined),
    );
    expect(holderOf({ holderIdentity: 'a' })).toBe('a');
  });
});

describe('mayAcquireAt', () => {
  it('is at once without a record, when released, and for the holder itself', () => {
    expect(mayAcquireAt(undefined, 'a', 100)).toBe(100);
    expect(mayAcquireAt({ holderIdentity: '', leaseDurationSeconds: 1 }, 'a', 100)).toBe(100);
    expect(mayAcquireAt({ holderIdentity: 'a', leaseDurationSeconds: 15 }, 'a', 100)).toBe(100);
  });

  it("is the holder's own duration after its record was seen, whatever times the record tells", () => {
    const spec = { holderIdentity: 'b', leaseDurationSeconds: 15, renewTime: '1999-01-01T00:00:00.000000Z' };
    expect(mayAcquireAt(spec, 'a', 100)).toBe(15_100);
  });
});

describe('heldSpec', () => {
  it('starts a lease', () => {
    expect(heldSpec(undefined, 'a', 15_000, now)).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      acquireTime: nowText,
      renewTime: nowText,
      leaseTransitions: 0,
    });
  });

  it('keeps the time of acquisition and the transitions when it renews', () => {
    const held = { holderIdentity: 'a', acquireTime: time, renewTime: time, leaseTransitions: 4 };
    expect(heldSpec(held, 'a', 15_000, now)).toMatchObject({
      acquireTime: time,
      renewTime: nowText,
      leaseTransitions: 4,
    });
  });

  it('counts a transition when the holder changes, after a release too', () => {
    for (const holderIdentity of ['b', '', null]) {
      const spec = heldSpec({ holderIdentity, acquireTime: time, leaseTransitions: 4 }, 'a', 15_000, now);
      expect(spec).toMatchObject({ acquireTime: nowText, leaseTransitions: 5 });
    }
  });
});

describe('releasedSpec', () => {
  it('names no holder and keeps the count of transitions', () => {
    expect(releasedSpec({ holderIdentity: 'a', leaseTransitions: 4 }, now)).toEqual({
      holderIdentity: '',
      leaseDurationSeconds: 1,
      acquireTime: nowText,
      renewTime: nowText,
      leaseTransitions: 4,
    });
  });
});
