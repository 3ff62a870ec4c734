import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  latencyVeto,
  predictLatency,
  proposeFromLatency,
  serviceTime,
  type LatencySignal,
} from './latency.ts';

const tolerance = { up: 0.1, down: 0.1 };

function signal(over: Partial<LatencySignal> = {}): LatencySignal & { readonly latency: number } {
  const base = {
    metric: 'query_latency',
    target: 100,
    latency: 50,
    utilization: 0.6,
    serving: 3,
    complete: true,
  };
  const { latency = base.latency, ...rest } = over;
  return { ...base, ...rest, latency };
}

function propose(over: Partial<LatencySignal>, asked: number): number {
  return proposeFromLatency(signal(over), asked, tolerance).replicas;
}

function veto(over: Partial<LatencySignal>, asked: number, replicas: number): number {
  return latencyVeto({ signals: [{ ...signal(), ...over }] }, asked, replicas)?.replicas ?? replicas;
}

describe('the latency model', () => {
  it('predicts the latency that is seen for the servers that serve', () => {
    expect(predictLatency(signal(), 3)).toBeCloseTo(50, 9);
  });

  it('spreads the same load over more or fewer', () => {
    // 20 ms alone, 1.8 servers of work.
    expect(serviceTime(50, 0.6)).toBeCloseTo(20, 9);
    expect(predictLatency(signal(), 2)).toBeCloseTo(200, 9);
    expect(predictLatency(signal(), 6)).toBeCloseTo(20 / 0.7, 9);
    expect(predictLatency(signal(), 1)).toBe(Infinity);
    expect(predictLatency(signal(), 0)).toBe(Infinity);
  });
});

describe('a latency above its target', () => {
  it('asks for the servers at which the model meets the target', () => {
    expect(propose({ latency: 150, utilization: 0.8 }, 3)).toBe(4);
    expect(propose({ latency: 200, utilization: 0.7 }, 3)).toBe(6);
  });

  it('asks for one more at least and for twice as many at most', () => {
    expect(propose({ latency: 111, utilization: 0.5 }, 3)).toBe(4);
    expect(propose({ latency: 310, utilization: 0.7 }, 3)).toBe(6);
  });

  it('does not ask again for servers that are on their way', () => {
    expect(propose({ latency: 150, utilization: 0.8, serving: 3 }, 5)).toBe(5);
  });

  it('asks for nothing where a query alone takes longer than the target', () => {
    const { replicas, note } = proposeFromLatency(signal({ latency: 300, utilization: 0.2 }), 3, tolerance);
    expect(replicas).toBe(3);
    expect(note).toBe('it is not from load: a query alone takes longer, more servers do not help');
  });

  it('is from load where the servers are saturated, however high it is', () => {
    expect(propose({ latency: 10_000, utilization: 0.95 }, 3)).toBe(6);
    expect(propose({ latency: 10_000, utilization: 3 }, 3)).toBe(6);
  });

  it('asks for one more where it is not known how busy the servers are', () => {
    const blind = { ...signal({ latency: 900 }), utilization: undefined };
    expect(proposeFromLatency(blind, 3, tolerance)).toMatchObject({ replicas: 4 });
    expect(proposeFromLatency(blind, 3, tolerance).note).toContain('CPU request');
  });
});

describe('a latency at its target', () => {
  it.each([90, 100, 110])('of %p ms within tolerance asks for no change', (latency) => {
    expect(propose({ latency, utilization: 0.1 }, 3)).toBe(3);
  });
});

describe('a latency below its target', () => {
  it('asks for as few servers as keep it below the tolerance', () => {
    // 20 ms alone, 0.6 servers of work, 90 ms allowed: 0.6 / (1 - 20 / 90) = 0.77.
    expect(propose({ latency: 25, utilization: 0.2 }, 3)).toBe(1);
    expect(propose({ latency: 50, utilization: 0.6 }, 3)).toBe(3);
  });

  it('asks for no fewer where anything is unknown', () => {
    expect(propose({ latency: 25, utilization: 0.2, complete: false }, 3)).toBe(3);
    expect(
      proposeFromLatency({ ...signal({ latency: 25 }), utilization: undefined }, 3, tolerance).replicas,
    ).toBe(3);
  });
});

describe('latencyVeto', () => {
  it('has nothing to say without a latency metric, or where no server is to go', () => {
    expect(latencyVeto(undefined, 3, 1)).toBeUndefined();
    expect(latencyVeto({ signals: [signal({ latency: 9000 })] }, 3, 3)).toBeUndefined();
    expect(latencyVeto({ signals: [signal({ latency: 9000 })] }, 3, 4)).toBeUndefined();
  });

  it('keeps what the target needs, and says what would be', () => {
    expect(latencyVeto({ signals: [signal()] }, 4, 2)).toEqual({
      replicas: 3,
      message: 'With 2 servers query_latency would be 200 ms; its target is 100 ms.',
    });
    expect(latencyVeto({ signals: [signal()] }, 4, 1)?.message).toContain('would grow without end');
  });

  it('lets a server go where the model meets the target without it', () => {
    expect(latencyVeto({ signals: [signal({ latency: 25, utilization: 0.2 })] }, 3, 2)).toBeUndefined();
  });

  it.each<Partial<LatencySignal>>([
    { utilization: undefined },
    { complete: false },
    { latency: undefined },
    { serving: 0 },
  ])('keeps all where it knows too little: %p', (over) => {
    expect(veto({ latency: 1, utilization: 0.01, ...over }, 3, 1)).toBe(3);
  });

  it('keeps the most that any of several latencies needs, in any order', () => {
    const signals = [signal({ latency: 25, utilization: 0.2 }), signal({ metric: 'p99' })];
    expect(latencyVeto({ signals }, 4, 1)?.replicas).toBe(3);
    expect(latencyVeto({ signals: signals.toReversed() }, 4, 1)?.replicas).toBe(3);
  });
});

describe('the laws of latency', () => {
  const number = fc.oneof(
    fc.double({ min: 0, max: 5000, noNaN: true }),
    fc.constantFrom(0, 1e-300, 1e12, Number.MAX_VALUE),
  );
  const use = fc.oneof(fc.double({ min: 0, max: 1.5, noNaN: true }), fc.constantFrom(0, 0.9, 1, 50));
  const any = fc.record({
    metric: fc.constant('query_latency'),
    target: fc.double({ min: 0.001, max: 1000, noNaN: true }),
    latency: fc.option(number, { nil: undefined }),
    utilization: fc.option(use, { nil: undefined }),
    serving: fc.nat(10),
    complete: fc.boolean(),
  });
  const known = any.map((one) => ({ ...one, latency: one.latency ?? 0 }));
  const asked = fc.integer({ min: 1, max: 12 });

  it('a proposal is a whole number of at most twice what is asked for, and never NaN', () => {
    fc.assert(
      fc.property(known, asked, (one, size) => {
        const { replicas } = proposeFromLatency(one, size, tolerance);
        expect(Number.isInteger(replicas)).toBe(true);
        expect(replicas).toBeGreaterThanOrEqual(1);
        const mostOf = one.utilization === undefined ? Math.max(size, one.serving + 1) : 2 * size;
        expect(replicas).toBeLessThanOrEqual(mostOf);
      }),
      { numRuns: 300 },
    );
  });

  it('a proposal never falls when latency rises, as long as load explains it', () => {
    fc.assert(
      fc.property(known, number, asked, (one, other, size) => {
        const [low, high] = one.latency < other ? [one.latency, other] : [other, one.latency];
        const busy = one.utilization ?? 0;
        fc.pre(busy >= 0.9 || one.utilization === undefined || serviceTime(high, busy) < one.target);
        const { replicas } = proposeFromLatency({ ...one, latency: low }, size, tolerance);
        expect(
          proposeFromLatency({ ...one, latency: high }, size, tolerance).replicas,
        ).toBeGreaterThanOrEqual(replicas);
      }),
      { numRuns: 300 },
    );
  });

  it('a veto keeps the number between what is wanted and what is asked for', () => {
    fc.assert(
      fc.property(any, asked, fc.nat(12), (one, size, replicas) => {
        const verdict = latencyVeto({ signals: [one] }, size, replicas);
        if (verdict === undefined) return;
        expect(Number.isInteger(verdict.replicas)).toBe(true);
        expect(verdict.replicas).toBeGreaterThan(replicas);
        expect(verdict.replicas).toBeLessThanOrEqual(size);
        expect(verdict.message).not.toMatch(/NaN|undefined|Infinity/);
      }),
      { numRuns: 300 },
    );
  });

  it('a veto never lets more go when latency or use rises, nor when fewer are wanted', () => {
    fc.assert(
      fc.property(known, number, use, asked, fc.nat(12), (one, latency, utilization, size, replicas) => {
        const worse = {
          ...one,
          latency: Math.max(one.latency, latency),
          utilization: one.utilization === undefined ? undefined : Math.max(one.utilization, utilization),
        };
        fc.pre(
          serviceTime(worse.latency, worse.utilization ?? 0) >=
            serviceTime(one.latency, one.utilization ?? 0),
        );
        expect(veto(worse, size, replicas)).toBeGreaterThanOrEqual(veto(one, size, replicas));
        expect(veto(one, size, replicas + 1)).toBeGreaterThanOrEqual(veto(one, size, replicas));
      }),
      { numRuns: 300 },
    );
  });

  it('what a veto leaves meets the target as the model sees it, or is all there is', () => {
    fc.assert(
      fc.property(any, asked, fc.nat(12), (one, size, wanted) => {
        const left = veto(one, size, wanted);
        if (left >= size) return;
        expect(predictLatency(one, left)).toBeLessThanOrEqual(one.target * (1 + 1e-6));
      }),
      { numRuns: 300 },
    );
  });
});
