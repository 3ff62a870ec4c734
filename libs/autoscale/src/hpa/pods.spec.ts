import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { proposeFromPods } from './pods.ts';
import type { PodSample, PodState, PodsTarget } from './types.ts';

const tolerance = { up: 0.1, down: 0.1 };
const none = { up: 0, down: 0 };
const half: PodsTarget = { type: 'Utilization', value: 50 };
const average = (value: number): PodsTarget => ({ type: 'AverageValue', value });

function pod(
  usage: number | undefined,
  state: PodState = 'ready',
  request: number | undefined = 1000,
): PodSample {
  return { state, usage, request };
}

describe('a proposal from pods', () => {
  it('is the ratio of usage to target times the ready pods, rounded up', () => {
    const pods = [pod(560), pod(560), pod(560)];
    expect(proposeFromPods(pods, half, 3, tolerance)).toEqual({ replicas: 4, value: 56, average: 560 });
  });

  it('cuts utilisation and averages to whole numbers before it looks at the ratio', () => {
    expect(proposeFromPods([pod(559)], half, 7, tolerance)).toEqual({ replicas: 7, value: 55, average: 559 });
    expect(proposeFromPods([pod(100), pod(101)], average(100), 7, none)).toEqual({ replicas: 7, value: 100 });
  });

  it('takes utilisation of sums, not the mean of percentages', () => {
    const pods = [pod(100, 'ready', 200), pod(0, 'ready', 1800)];
    expect(proposeFromPods(pods, half, 2, tolerance)).toMatchObject({ value: 5 });
  });

  it('drops the samples of ignored and unready pods', () => {
    const pods = [pod(200), pod(9000, 'ignored'), pod(9000, 'unready')];
    expect(proposeFromPods(pods, half, 3, tolerance)).toMatchObject({ replicas: 1, value: 20 });
  });

  it('takes unready pods to be idle on the way up only', () => {
    const up = [pod(900), pod(900), pod(undefined, 'unready')];
    expect(proposeFromPods(up, half, 3, tolerance)).toMatchObject({ replicas: 4, value: 90 });
    expect(proposeFromPods(up, half, 3, none)).toMatchObject({ replicas: 4 });
  });

  it('takes missing pods to be idle on the way up and full on the way down', () => {
    const up = [pod(3000), pod(undefined, 'missing')];
    expect(proposeFromPods(up, half, 2, tolerance)).toMatchObject({ replicas: 6, value: 300 });
    const down = [...Array.from({ length: 9 }, () => pod(100)), pod(undefined, 'missing')];
    expect(proposeFromPods(down, half, 10, tolerance)).toMatchObject({ replicas: 4, value: 10 });
  });

  it('takes a missing pod at the target itself where the target is an average', () => {
    const pods = [pod(100), pod(100), pod(undefined, 'missing')];
    expect(proposeFromPods(pods, average(500), 3, tolerance)).toEqual({ replicas: 2, value: 100 });
  });

  it('does not fill in what is missing when usage is exactly at its target', () => {
    const pods = [pod(500), pod(undefined, 'missing')];
    expect(proposeFromPods(pods, half, 5, none)).toMatchObject({ replicas: 5, value: 50 });
  });

  it('counts a ready pod without a usable sample as missing', () => {
    const full = [pod(100), pod(undefined, 'missing')];
    for (const usage of [undefined, Number.NaN, Infinity, 1e300]) {
      expect(proposeFromPods([pod(100), pod(usage)], half, 2, tolerance)).toEqual(
        proposeFromPods(full, half, 2, tolerance),
      );
    }
  });

  it('leaves the samples of pods that are gone out of utilisation, and in an average', () => {
    const pods = [pod(500), pod(500), pod(2000, 'unlisted', undefined)];
    expect(proposeFromPods(pods, half, 2, tolerance)).toMatchObject({ replicas: 2, value: 50 });
    expect(proposeFromPods(pods, average(500), 2, tolerance)).toEqual({ replicas: 4, value: 1000 });
  });

  it('fails without a pod, without a sample, and with samples of unready pods only', () => {
    const failed = { failed: 'NoSamples' };
    expect(proposeFromPods([], half, 2, tolerance)).toEqual(failed);
    expect(proposeFromPods([pod(5, 'unlisted')], average(5), 2, tolerance)).toEqual(failed);
    expect(proposeFromPods([pod(undefined, 'missing')], half, 2, tolerance)).toEqual(failed);
    expect(proposeFromPods([pod(500, 'unready')], half, 2, tolerance)).toEqual(failed);
  });

  it('fails as utilisation if any pod has no request, an ignored one too, or all requests are 0', () => {
    const failed = { failed: 'NoRequest' };
    const bare: PodSample = { state: 'ignored', usage: undefined, request: undefined };
    expect(proposeFromPods([pod(500), bare], half, 2, tolerance)).toEqual(failed);
    expect(proposeFromPods([pod(500, 'ready', 0)], half, 2, tolerance)).toEqual(failed);
    expect(proposeFromPods([pod(500), bare], average(500), 2, tolerance)).toMatchObject({ replicas: 2 });
  });

  it('is exact beyond 53 bits', () => {
    // Two pods of 4 TiB in thousandths of a byte, one thousandth short of their requests: in doubles this is 100.
    const request = 2 ** 52 - 1;
    const pods = [pod(request, 'ready', request), pod(request - 1, 'ready', request)];
    expect(proposeFromPods(pods, half, 2, none)).toMatchObject({ value: 99 });
  });

  it.each([0, -1, Number.NaN, Infinity])('refuses %p as a target', (value) => {
    expect(() => proposeFromPods([pod(1)], average(value), 1, tolerance)).toThrow(RangeError);
  });
});

describe('the laws of a proposal from pods', () => {
  const sample = fc.record({
    state: fc.constantFrom<PodState>('ready', 'unready', 'missing', 'ignored', 'unlisted'),
    usage: fc.option(fc.integer({ min: 0, max: 1e7 }), { nil: undefined }),
    request: fc.integer({ min: 1, max: 1e7 }),
  });
  const target = fc.record({
    type: fc.constantFrom<PodsTarget['type']>('Utilization', 'AverageValue'),
    value: fc.integer({ min: 1, max: 1e6 }),
  });
  const current = fc.integer({ min: 1, max: 1000 });

  it('does not depend on the order of the pods', () => {
    const shuffled = fc
      .array(sample, { maxLength: 12 })
      .chain((pods) => fc.tuple(fc.constant(pods), fc.shuffledSubarray(pods, { minLength: pods.length })));
    fc.assert(
      fc.property(shuffled, target, current, ([pods, others], wanted, size) => {
        expect(proposeFromPods(others, wanted, size, tolerance)).toEqual(
          proposeFromPods(pods, wanted, size, tolerance),
        );
      }),
    );
  });

  it('is the current size whenever usage is within tolerance and nothing is missing or unready', () => {
    const within = fc.array(fc.integer({ min: 900, max: 1100 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(within, current, (usages, size) => {
        const pods = usages.map((usage) => pod(usage));
        expect(proposeFromPods(pods, average(1000), size, tolerance)).toMatchObject({ replicas: size });
      }),
    );
  });

  it('never asks for less when a pod uses more, where every pod is ready', () => {
    const usages = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(usages, fc.nat(), fc.integer({ min: 0, max: 5000 }), (before, which, more) => {
        const after = before.map((usage, i) => (i === which % before.length ? usage + more : usage));
        const replicas = (list: readonly number[]): number =>
          proposeFromPods(
            list.map((usage) => pod(usage)),
            average(1000),
            list.length,
            tolerance,
          ).replicas ?? Number.NaN;
        expect(replicas(after)).toBeGreaterThanOrEqual(replicas(before));
      }),
    );
  });

  it('never moves against what was measured when a pod is missing', () => {
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 8 }), target, current, (pods, wanted, size) => {
        const proposal = proposeFromPods([...pods, pod(undefined, 'missing')], wanted, size, tolerance);
        if (proposal.failed !== undefined) return;
        if (proposal.value > wanted.value) expect(proposal.replicas).toBeGreaterThanOrEqual(size);
        else expect(proposal.replicas).toBeLessThanOrEqual(size);
      }),
    );
  });

  it('is a whole number of 32 bits whatever is measured', () => {
    const wild = fc.record({
      state: fc.constantFrom<PodState>('ready', 'unready', 'missing', 'ignored', 'unlisted'),
      usage: fc.option(fc.double(), { nil: undefined }),
      request: fc.option(fc.double(), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(wild, { maxLength: 6 }), target, current, (pods, wanted, size) => {
        const proposal = proposeFromPods(pods, wanted, size, tolerance);
        if (proposal.failed !== undefined) return;
        expect(Math.abs(proposal.replicas)).toBeLessThan(2 ** 31);
        expect(Number.isInteger(proposal.replicas)).toBe(true);
        expect(Number.isFinite(proposal.value)).toBe(true);
      }),
    );
  });
});
