import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import { LoopLagMeter } from './loop-lag.ts';

describe('LoopLagMeter', () => {
  it('tells the largest lag since it was last asked, and leaves no timer behind', async () => {
    const late = new (class extends VirtualClock {
      extraMs = 0;
      override monotonic() {
        return super.monotonic() + this.extraMs;
      }
    })();
    const stop = new AbortController();
    const meter = new LoopLagMeter(late);
    const running = meter.run(stop.signal);
    await late.advance(3_000);
    expect(meter.take()).toBe(0);
    late.extraMs += 250;
    await late.advance(1_000);
    late.extraMs += 40;
    await late.advance(1_000);
    expect(meter.take()).toBe(250);
    expect(meter.take()).toBe(0);
    stop.abort();
    await running;
    expect(late.pendingTimers).toBe(0);
  });
});
