import { describe, expect, it } from '@jest/globals';
import { type Rng, seededRng, VirtualClock } from '@neo4j-operator/clock';
import fc from 'fast-check';
import { objectKey } from '../core/key.ts';
import { silentLogger } from '../core/logger.ts';
import type { Stored } from '../core/object.ts';
import { LeaderElector, type LeaderTiming } from './elector.ts';
import type { Lease } from './lease.ts';
import {
  connect,
  LeaseServer,
  type Network,
  perfectNetwork,
  ProcessClock,
  watch,
} from './lease-server.spec-helper.ts';
import { LeaseWriteGate } from './write-gate.ts';

const requestMs = 10_000;

interface World {
  readonly time: VirtualClock;
  readonly server: LeaseServer;
}

function makeWorld(): World {
  return { time: new VirtualClock(), server: new LeaseServer() };
}

/** A process that has entered the election. */
class Candidate {
  readonly clock: ProcessClock;
  readonly network: Network = perfectNetwork();
  readonly gate: LeaseWriteGate;
  readonly elector: LeaderElector;
  readonly stop = new AbortController();
  readonly ended: Promise<'lost' | 'stopped'>;
  /** Each state, and whether the gate was open when it was told. */
  readonly states: string[] = [];
  slowPaths = 0;

  constructor({ time, server }: World, identity: string, clockOffsetMs = 0, rng: Rng = seededRng(1)) {
    this.clock = new ProcessClock(time, clockOffsetMs);
    this.gate = new LeaseWriteGate(this.clock, 15_000);
    const link = { server, clock: this.clock, world: time, network: this.network };
    this.elector = new LeaderElector({
      client: connect(link),
      key: objectKey('ns', 'operator'),
      identity,
      changes$: watch(link),
      gate: this.gate,
      clock: this.clock,
      rng,
      logger: silentLogger,
      metrics: {
        leading: () => undefined,
        slowPath: () => {
          this.slowPaths++;
        },
      },
    });
    this.elector.state$.subscribe((state) =>
      this.states.push(`${state} ${this.admits(0) ? 'open' : 'shut'}`),
    );
    this.ended = this.elector.run(this.stop.signal);
  }

  get state(): string {
    return this.elector.state;
  }

  admits(deadlineMs: number): boolean {
    try {
      this.gate.admit(deadlineMs);
      return true;
    } catch {
      return false;
    }
  }

  partition(): void {
    this.network.loses = () => true;
    this.network.watchIsBroken = true;
  }

  heal(): void {
    Object.assign(this.network, perfectNetwork());
  }

  /** The process is gone: what it has sent still arrives. */
  kill(): void {
    this.clock.pause(Infinity);
  }
}

/** Time until `happened`, in milliseconds, looked at every `stepMs`. */
async function timeUntil(time: VirtualClock, happened: () => boolean, stepMs = 10): Promise<number> {
  const startedAt = time.monotonic();
  while (!happened() && time.monotonic() - startedAt < 120_000) await time.advance(stepMs);
  return time.monotonic() - startedAt;
}

describe('the first candidate', () => {
  it('creates the lease and leads at once', async () => {
    const world = makeWorld();
    const a = new Candidate(world, 'a');
    await world.time.advance(0);
    expect(a.states).toEqual(['standby shut', 'leading open']);
    expect(world.server.requests).toEqual(['GET', 'POST']);
    expect(world.server.lease).toMatchObject({
      metadata: { namespace: 'ns', name: 'operator' },
      spec: { holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 },
    });
  });

  it('renews with one PUT every 2 to 2.4 s and is never refused a request of 10 s', async () => {
    const world = makeWorld();
    const a = new Candidate(world, 'a');
    a.network.delayMs = () => 100;
    await world.time.advance(1000);
    world.server.requests.length = 0;
    const refusedAfter = await timeUntil(world.time, () => !a.admits(requestMs), 50);
    expect(refusedAfter).toBe(120_000);
    expect(new Set(world.server.requests)).toEqual(new Set(['PUT']));
    expect(world.server.requests.length).toBeGreaterThanOrEqual(50);
    expect(world.server.requests.length).toBeLessThanOrEqual(60);
    expect(a.slowPaths).toBe(0);
  });
});

describe('a leader', () => {
  it('is sure of its lease from the time it sent the renewal, not from the time it heard of it', async () => {
    const world = makeWorld();
    const a = new Candidate(world, 'a');
    a.network.delayMs = () => 1500;
    const elected = await timeUntil(world.time, () => a.state === 'leading', 1);
    expect(elected).toBeGreaterThanOrEqual(4500);
    expect([a.admits(10_999), a.admits(11_001)]).toEqual([true, false]);
  });

  it('keeps its lease and other fields of it when somebody edits it, after one read', async () => {
    const world = makeWorld();
    const a = new Candidate(world, 'a');
    await world.time.advance(1000);
    const { lease } = world.server;
    a.network.watchIsBroken = true;
    world.server.replace(withLabels(lease, { note: 'mine' }));
    await world.time.advance(5000);
    expect(a.state).toBe('leading');
    expect(a.slowPaths).toBe(1);
    expect(world.server.lease?.metadata.labels).toEqual({ note: 'mine' });
  });

  it('reads first when it does not know whether its renewal was written', async () => {
    const world = makeWorld();
    const a = new Candidate(world, 'a');
    await world.time.advance(1000);
    let messages = 0;
    a.network.loses = () => ++messages === 2;
    world.server.requests.length = 0;
    await world.time.advance(9000);
    expect(world.server.requests).toEqual(['PUT', 'GET', 'PUT', 'PUT']);
    expect(a.state).toBe('leading');
    expect(a.slowPaths).toBe(1);
  });

  it('makes the lease anew when it was deleted, and nobody takes it meanwhile', async () => {
    const world = makeWorld();
    const a = new Candidate(world, 'a');
    await world.time.advance(100);
    const b = new Candidate(world, 'b');
    await world.time.advance(1000);
    world.server.delete();
    await world.time.advance(30_000);
    expect([a.state, b.state]).toEqual(['leading', 'standby']);
    expect(world.server.lease?.spec).toMatchObject({ holderIdentity: 'a', leaseTransitions: 0 });
  });

  it('has lost when it could not renew for 10 s, and does not release', async () => {
    const world = makeWorld();
    const a = new Candidate(world, 'a');
    await world.time.advance(1000);
    a.partition();
    const heldFor = await timeUntil(world.time, () => a.state === 'lost');
    expect(heldFor).toBeLessThanOrEqual(10_000);
    expect(heldFor).toBeGreaterThan(6000);
    expect(await a.ended).toBe('lost');
    expect(a.states).toEqual(['standby shut', 'leading open', 'lost shut']);
    expect(world.server.lease?.spec?.holderIdentity).toBe('a');
  });

  it('has lost as soon as it sees another holder, or none', async () => {
    for (const holderIdentity of ['intruder', '']) {
      const world = makeWorld();
      const a = new Candidate(world, 'a');
      await world.time.advance(500);
      const { lease } = world.server;
      world.server.replace({ ...stored(lease), spec: { ...lease?.spec, holderIdentity } });
      expect(await timeUntil(world.time, () => a.state === 'lost', 1)).toBeLessThanOrEqual(1);
      expect(world.server.lease?.spec?.holderIdentity).toBe(holderIdentity);
    }
  });

  it('has lost when it wakes from standing still, before it writes anything', async () => {
    const world = makeWorld();
    const a = new Candidate(world, 'a');
    await world.time.advance(1000);
    world.server.requests.length = 0;
    a.clock.pause(12_000);
    await world.time.advance(20_000);
    expect(await a.ended).toBe('lost');
    expect(world.server.requests).toEqual([]);
  });
});

describe('a standby', () => {
  it('takes a released lease within milliseconds, with one request', async () => {
    const world = makeWorld();
    const a = new Candidate(world, 'a');
    await world.time.advance(100);
    const b = new Candidate(world, 'b');
    await world.time.advance(3000);
    expect([a.state, b.state]).toEqual(['leading', 'standby']);
    world.server.requests.length = 0;
    a.stop.abort();
    expect(await timeUntil(world.time, () => b.state === 'leading', 1)).toBeLessThanOrEqual(5);
    expect(await a.ended).toBe('stopped');
    expect(a.states.at(-1)).toBe('stopped shut');
    expect(world.server.requests).toEqual(['PUT', 'PUT']);
    expect(world.server.lease?.spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  it('asks nothing while the leader renews', async () => {
    const world = makeWorld();
    new Candidate(world, 'a');
    await world.time.advance(100);
    const b = new Candidate(world, 'b');
    b.network.loses = () => true;
    await world.time.advance(20_000);
    b.heal();
    await world.time.advance(10_000);
    world.server.requests.length = 0;
    await world.time.advance(60_000);
    expect(new Set(world.server.requests)).toEqual(new Set(['PUT']));
    expect(world.server.requests.length).toBeLessThanOrEqual(30);
  });

  it('waits for a killed leader only until the lease has run out', async () => {
    const world = makeWorld();
    const a = new Candidate(world, 'a');
    await world.time.advance(100);
    const b = new Candidate(world, 'b');
    await world.time.advance(3000);
    a.kill();
    const waited = await timeUntil(world.time, () => b.state === 'leading');
    expect(waited).toBeLessThanOrEqual(15_010);
    expect(waited).toBeGreaterThan(12_500);
    expect(a.admits(0)).toBe(false);
  });

  it('does not care how wrong the wall clocks are', async () => {
    for (const offsetMs of [-3_600_000, 3_600_000]) {
      const world = makeWorld();
      const a = new Candidate(world, 'a');
      await world.time.advance(100);
      const b = new Candidate(world, 'b', offsetMs);
      await world.time.advance(60_000);
      expect([a.state, b.state]).toEqual(['leading', 'standby']);
      a.kill();
      expect(await timeUntil(world.time, () => b.state === 'leading')).toBeLessThanOrEqual(15_010);
    }
  });

  it('steals nothing and misses nothing when its watch shows nothing', async () => {
    const world = makeWorld();
    const a = new Candidate(world, 'a');
    await world.time.advance(100);
    const b = new Candidate(world, 'b');
    b.network.watchIsBroken = true;
    await world.time.advance(60_000);
    expect([a.state, b.state]).toEqual(['leading', 'standby']);
    a.stop.abort();
    expect(await timeUntil(world.time, () => b.state === 'leading')).toBeLessThanOrEqual(15_010);
  });

  it('waits for the time of the holder when the lease is deleted', async () => {
    const world = makeWorld();
    const a = new Candidate(world, 'a');
    await world.time.advance(100);
    const b = new Candidate(world, 'b');
    await world.time.advance(1000);
    a.kill();
    world.server.delete();
    await timeUntil(world.time, () => b.state === 'leading');
    expect(b.state).toBe('leading');
    expect(a.admits(0)).toBe(false);
  });

  it('leaves without a request when it is stopped', async () => {
    const world = makeWorld();
    new Candidate(world, 'a');
    await world.time.advance(100);
    const b = new Candidate(world, 'b');
    await world.time.advance(100);
    world.server.requests.length = 0;
    b.stop.abort();
    expect(await b.ended).toBe('stopped');
    expect(world.server.requests).toEqual([]);
    expect(world.server.lease?.spec?.holderIdentity).toBe('a');
  });

  it('releases a lease that it may have got when it is stopped', async () => {
    const world = makeWorld();
    const a = new Candidate(world, 'a');
    let messages = 0;
    a.network.loses = () => ++messages === 3;
    await world.time.advance(100);
    expect([a.state, world.server.lease?.spec?.holderIdentity]).toEqual(['standby', 'a']);
    a.stop.abort();
    await world.time.advance(100);
    expect(await a.ended).toBe('stopped');
    expect(world.server.lease?.spec?.holderIdentity).toBe('');
  });
});

describe('any two candidates', () => {
  it('never have their gates open together, and one leads again when all faults have stopped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.array(fault, { maxLength: 12 }), async (seed, faults) => {
        const world = makeWorld();
        const rng = seededRng(seed);
        const all: Candidate[] = [];
        const enter = (): Candidate => {
          const each = new Candidate(world, `p${String(all.length)}`, Math.floor(rng.next() * 1e6), rng);
          all.push(each);
          return each;
        };
        const slots = [enter(), enter()];
        const step = async (): Promise<void> => {
          await world.time.advance(250);
          expect(all.filter((each) => each.admits(0)).length).toBeLessThanOrEqual(1);
          slots.forEach((each, slot) => {
            if (each.state === 'lost' || each.state === 'stopped') slots[slot] = enter();
          });
        };
        for (const { kind, slot, durationMs } of faults) {
          const target = slots[slot];
          if (target === undefined) throw new Error('no such slot');
          const until = world.time.monotonic() + durationMs;
          switch (kind) {
            case 'slow':
              target.network.delayMs = () => rng.next() * 6000;
              break;
            case 'lossy':
              target.network.loses = () => rng.next() < 0.4;
              break;
            case 'partition':
              target.partition();
              break;
            case 'blind':
              target.network.watchIsBroken = true;
              break;
            case 'pause':
              target.clock.pause(durationMs);
              break;
            case 'kill':
              target.kill();
              slots[slot] = enter();
              break;
            case 'stop':
              target.stop.abort();
          }
          while (world.time.monotonic() < until) await step();
          if (rng.next() < 0.7) target.heal();
        }
        for (const each of all) each.heal();
        for (let round = 0; round < 4 * 60; round++) await step();
        expect(slots.filter((each) => each.state === 'leading' && each.admits(0)).length).toBe(1);
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});

describe('timing', () => {
  it('is refused when it cannot work', () => {
    const build = (timing: LeaderTiming): LeaderElector => {
      const world = makeWorld();
      const link = { server: world.server, clock: world.time, world: world.time, network: perfectNetwork() };
      return new LeaderElector({
        client: connect(link),
        key: objectKey('ns', 'operator'),
        identity: 'a',
        changes$: watch(link),
        gate: new LeaseWriteGate(world.time, 15_000),
        clock: world.time,
        rng: seededRng(1),
        logger: silentLogger,
        metrics: { leading: () => undefined, slowPath: () => undefined },
        timing,
      });
    };
    const good = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2000 };
    expect(() => build(good)).not.toThrow();
    expect(() => build({ ...good, leaseDurationMs: 10_000 })).toThrow(RangeError);
    expect(() => build({ ...good, leaseDurationMs: 15_500 })).toThrow(RangeError);
    expect(() => build({ ...good, renewDeadlineMs: 2400 })).toThrow(RangeError);
    expect(() => build({ ...good, retryPeriodMs: 0 })).toThrow(RangeError);
  });
});

const fault = fc.record({
  kind: fc.constantFrom('slow', 'lossy', 'partition', 'blind', 'pause', 'kill', 'stop'),
  slot: fc.nat(1),
  durationMs: fc.integer({ min: 500, max: 25_000 }),
});

function stored(lease: Stored<Lease> | undefined): Stored<Lease> {
  if (lease === undefined) throw new Error('there is no lease');
  return lease;
}

function withLabels(lease: Stored<Lease> | undefined, labels: Record<string, string>): Stored<Lease> {
  const present = stored(lease);
  return { ...present, metadata: { ...present.metadata, labels } };
}
