// Latency in the closed loop: what is decided changes what is measured next.
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from './evaluate.ts';
import { minute, policyOf, start } from './evaluate.spec-helper.ts';
import { emptyHistory } from './history/empty.ts';
import { responseTimeProcessorSharing } from './queueing/queues.ts';

const policy = policyOf({
  secondaries: { minReplicas: 1, maxReplicas: 30, metrics: [{ type: 'query_latency', target: 100 }] },
});

interface Situation {
  readonly first: number;
  /** Milliseconds that a query takes alone. */
  readonly alone: number;
  /** Servers kept busy by all queries together. */
  readonly work: number;
  readonly noise: readonly number[];
}

/** The sizes that are asked for, minute by minute, of servers that are M/G/1 queues with processor sharing. */
function sizesOf({ first, alone, work, noise }: Situation): readonly number[] {
  let history = emptyHistory();
  let size = first;
  return noise.map((part, at) => {
    const now = start + at * minute;
    const busy = Math.min(0.995, work / size);
    const latency = responseTimeProcessorSharing(alone, busy) * (1 + part);
    const servers = Array.from({ length: size }, (_, number) => ({
      name: `server-${number}`,
      state: 'ready' as const,
      cpuRequest: 1,
      samples: { cpu: { value: busy, time: now } },
    }));
    const samples = { query_latency: { value: latency, time: now } };
    const observation = { pools: { secondaries: { desired: size, servers, samples } } };
    const decision = evaluate(policy, observation, history, now);
    ({ history } = decision);
    size = decision.pools.secondaries?.desired ?? NaN;
    return size;
  });
}

it('meets the target under a steady load, and never goes to and fro', () => {
  const situations = fc.record({
    first: fc.integer({ min: 1, max: 30 }),
    alone: fc.integer({ min: 5, max: 80 }),
    work: fc.integer({ min: 1, max: 50 }).map((tenths) => tenths / 10),
    noise: fc.array(fc.double({ min: -0.03, max: 0.03, noNaN: true }), { minLength: 90, maxLength: 90 }),
  });
  fc.assert(
    fc.property(situations, (situation) => {
      const sizes = sizesOf(situation);
      const steps = sizes.map((size, at) => size - (sizes[at - 1] ?? situation.first));
      expect(steps.some((step) => step > 0) && steps.some((step) => step < 0)).toBe(false);
      const rest = sizes.at(-1) ?? NaN;
      const latency = responseTimeProcessorSharing(situation.alone, situation.work / rest);
      expect(latency).toBeLessThanOrEqual(100 * 1.1 * 1.04);
    }),
    { numRuns: 60 },
  );
});
