import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  erlangC,
  responseTimeProcessorSharing,
  responseTimeSharedQueue,
  serversForResponseTime,
} from './queues.ts';

/** The formula as it is printed: sums of powers and factorials. */
function erlangByDefinition(servers: number, offered: number): number {
  const term = (k: number): number =>
    Array.from({ length: k }, (_, i) => offered / (i + 1)).reduce((a, b) => a * b, 1);
  const waiting = (term(servers) * servers) / (servers - offered);
  const free = Array.from({ length: servers }, (_, k) => term(k)).reduce((a, b) => a + b, 0);
  return waiting / (free + waiting);
}

describe('erlangC', () => {
  it.each([
    [1, 0.5, 0.5],
    [2, 1, 1 / 3],
    [3, 2, 4 / 9],
  ])('of %p servers with %p of work is %p', (servers, offered, share) => {
    expect(erlangC(servers, offered)).toBeCloseTo(share, 12);
  });

  it('is what the printed formula says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (servers, use) => {
          expect(erlangC(servers, servers * use)).toBeCloseTo(erlangByDefinition(servers, servers * use), 9);
        },
      ),
    );
  });

  it('does not overflow with many servers', () => {
    expect(erlangC(1000, 900)).toBeGreaterThan(0);
    expect(erlangC(1000, 900)).toBeLessThan(0.01);
  });

  it.each([
    [2, 2],
    [0, 1],
    [NaN, 1],
    [2, NaN],
    [2, -1],
  ])('lets everybody wait with %p servers and %p of work', (servers, offered) => {
    expect(erlangC(servers, offered)).toBe(1);
  });
});

describe('response times', () => {
  it('of one server are the same with a queue and with sharing', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.99, noNaN: true }), (use) => {
        const shared = responseTimeSharedQueue({ servers: 1, arrivalRate: use, serviceTime: 1 });
        expect(shared).toBeCloseTo(responseTimeProcessorSharing(1, use), 9);
      }),
    );
  });

  it('of two servers with a shared queue are those of the textbook', () => {
    expect(responseTimeSharedQueue({ servers: 2, arrivalRate: 1, serviceTime: 1 })).toBeCloseTo(4 / 3, 12);
  });

  it.each([1, 1.5, NaN, -0.1])('have no end at a utilisation of %p', (use) => {
    expect(responseTimeProcessorSharing(1, use)).toBe(Infinity);
  });

  it.each([
    { servers: 1, arrivalRate: 1, serviceTime: 1 },
    { servers: 0, arrivalRate: 0, serviceTime: 1 },
    { servers: 1, arrivalRate: NaN, serviceTime: 1 },
    { servers: 1, arrivalRate: 0.1, serviceTime: -1 },
  ])('have no end with %p', (queue) => {
    expect(responseTimeSharedQueue(queue)).toBe(Infinity);
  });
});

describe('serversForResponseTime', () => {
  it('is the fewest that meet the target', () => {
    const work = fc.record({
      arrivalRate: fc.double({ min: 0, max: 30, noNaN: true }),
      serviceTime: fc.double({ min: 0.01, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(work, fc.double({ min: 1.01, max: 5, noNaN: true }), (load, slack) => {
        const target = load.serviceTime * slack;
        const servers = serversForResponseTime(load, target, 1000) ?? NaN;
        expect(responseTimeSharedQueue({ ...load, servers })).toBeLessThanOrEqual(target);
        expect(responseTimeSharedQueue({ ...load, servers: servers - 1 })).toBeGreaterThan(target);
      }),
    );
  });

  it('is none where one request alone takes longer, or where the limit is not enough', () => {
    expect(serversForResponseTime({ arrivalRate: 1, serviceTime: 2 }, 1, 1000)).toBeUndefined();
    expect(serversForResponseTime({ arrivalRate: 50, serviceTime: 1 }, 2, 10)).toBeUndefined();
  });
});
