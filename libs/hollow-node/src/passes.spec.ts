import { describe, expect, it } from '@jest/globals';
import { sleep, VirtualClock } from '@neo4j-operator/clock';
import { createPasses, type Passes } from './passes.ts';

function setUp(run: (clock: VirtualClock, count: number) => Promise<void>) {
  const clock = new VirtualClock();
  const at: number[] = [];
  const errors: unknown[] = [];
  const passes: Passes = createPasses({
    clock,
    delayMs: 10,
    retryMs: 100,
    run: () => {
      at.push(clock.monotonic());
      return run(clock, at.length);
    },
    onError: (error) => errors.push(error),
  });
  return { clock, at, errors, passes };
}

describe('passes', () => {
  it('gather triggers', async () => {
    const { clock, at, passes } = setUp(() => Promise.resolve());
    passes.trigger();
    passes.trigger();
    await clock.advance(1000);
    passes.trigger();
    await clock.advance(1000);
    expect(at).toEqual([10, 1010]);
  });

  it('never overlap; what comes meanwhile has one of its own', async () => {
    const { clock, at, passes } = setUp(async (of) => {
      await sleep(of, 50);
    });
    passes.trigger();
    await clock.advance(30);
    passes.trigger();
    passes.trigger();
    await clock.advance(1000);
    expect(at).toEqual([10, 70]);
  });

  it('are repeated when they fail', async () => {
    const { clock, at, errors, passes } = setUp((_, count) =>
      count < 3 ? Promise.reject(new Error('no')) : Promise.resolve(),
    );
    passes.trigger();
    await clock.advance(1000);
    expect(at).toEqual([10, 110, 210]);
    expect(errors).toHaveLength(2);
  });

  it('stop after the one that runs', async () => {
    const { clock, at, passes } = setUp(async (of) => {
      await sleep(of, 50);
    });
    passes.trigger();
    await clock.advance(30);
    passes.trigger();
    let hasStopped = false;
    const stopping = passes.stop().then(() => (hasStopped = true));
    await clock.advance(1);
    expect(hasStopped).toBe(false);
    await clock.advance(1000);
    await stopping;
    passes.trigger();
    await clock.advance(1000);
    expect(at).toEqual([10]);
  });
});
