import { describe, expect, it } from '@jest/globals';
import { sleep, VirtualClock } from '@neo4j-operator/clock';
import { BehaviorSubject } from 'rxjs';
import { type Logger, silentLogger } from '../core/logger.ts';
import type { LeaderState } from '../leader/elector.ts';
import { createManager, LeadershipLost, type ManagerOptions, StopTimeout } from './manager.ts';
import type { Runnable } from './runnable.ts';

/** What happened, in order. */
type Trace = string[];

function part(trace: Trace, name: string, more: Partial<Runnable> = {}): Runnable {
  return {
    name,
    async run(stop) {
      trace.push(`${name} started`);
      await aborted(stop);
      trace.push(`${name} stopped`);
    },
    ...more,
  };
}

/** A part that takes `drainMs` to end after a stop, unless it is aborted. */
function slowPart(trace: Trace, clock: VirtualClock, name: string, drainMs: number): Runnable {
  return part(trace, name, {
    async run(stop, abort) {
      await aborted(stop);
      trace.push(`${name} ${(await sleep(clock, drainMs, abort)) ? 'drained' : 'cut off'}`);
    },
  });
}

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', resolve);
  });
}

class FakeElector {
  readonly state$ = new BehaviorSubject<LeaderState>('standby');
  readonly #trace: Trace;
  #end: (end: 'lost' | 'stopped') => void = () => undefined;

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  run(stop: AbortSignal): Promise<'lost' | 'stopped'> {
    return new Promise((resolve) => {
      this.#end = resolve;
      stop.addEventListener('abort', () => {
        this.#trace.push('lease released');
        resolve('stopped');
      });
    });
  }

  win(): void {
    this.state$.next('leading');
  }

  lose(): void {
    this.#end('lost');
  }
}

function start(options: (trace: Trace, clock: VirtualClock) => Partial<ManagerOptions>) {
  const trace: Trace = [];
  const clock = new VirtualClock();
  const stop = new AbortController();
  const manager = createManager({ clock, logger: silentLogger, ...options(trace, clock) });
  const ended = manager.run(stop.signal).then(
    () => 'ended',
    (error: unknown) => error,
  );
  return { trace, clock, ended, stop };
}

const everything = (trace: Trace): Partial<ManagerOptions> => ({
  http: [part(trace, 'http')],
  caches: [part(trace, 'caches')],
  others: [part(trace, 'events')],
  leaderElected: [part(trace, 'controller')],
});

describe('createManager', () => {
  it('starts the groups in order, stops them in reverse, and releases the lease last', async () => {
    let elector: FakeElector | undefined;
    const { trace, clock, stop, ended } = start((trace) => ({
      ...everything(trace),
      elector: (elector = new FakeElector(trace)),
    }));
    await clock.advance(0);
    expect(trace).toEqual(['http started', 'caches started', 'events started']);
    elector?.win();
    await clock.advance(0);
    stop.abort(new Error('received SIGTERM'));
    expect(await ended).toBe('ended');
    expect(trace.slice(3)).toEqual([
      'controller started',
      'controller stopped',
      'events stopped',
      'caches stopped',
      'http stopped',
      'lease released',
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('waits for the caches before it starts what reads them', async () => {
    let synced: (value: boolean) => void = () => undefined;
    const ready = (): Promise<boolean> => new Promise((resolve) => (synced = resolve));
    const { trace, clock } = start((trace) => ({
      caches: [part(trace, 'caches', { ready })],
      leaderElected: [part(trace, 'controller')],
    }));
    await clock.advance(60_000);
    expect(trace).toEqual(['caches started']);
    synced(true);
    await clock.advance(0);
    expect(trace).toEqual(['caches started', 'controller started']);
  });

  it('can be stopped while it waits for the caches', async () => {
    const { trace, clock, stop, ended } = start((trace) => ({
      caches: [part(trace, 'caches', { ready: (signal) => aborted(signal).then(() => false) })],
      leaderElected: [part(trace, 'controller')],
    }));
    await clock.advance(0);
    stop.abort();
    expect(await ended).toBe('ended');
    expect(trace).toEqual(['caches started', 'caches stopped']);
  });

  it('stops as a standby without ever leading', async () => {
    let elector: FakeElector | undefined;
    const { trace, clock, stop, ended } = start((trace) => ({
      leaderElected: [part(trace, 'controller')],
      elector: (elector = new FakeElector(trace)),
    }));
    await clock.advance(0);
    stop.abort();
    elector?.win();
    expect(await ended).toBe('ended');
    expect(trace).toEqual(['lease released']);
  });

  it('stops all when one part fails, and ends with its error', async () => {
    const broken = new Error('broken');
    const { trace, ended } = start((trace) => ({
      ...everything(trace),
      leaderElected: [part(trace, 'controller', { run: () => Promise.reject(broken) })],
    }));
    expect(await ended).toBe(broken);
    expect(trace.slice(3)).toEqual(['events stopped', 'caches stopped', 'http stopped']);
  });

  it('leaves the first failure to the caller, and tells of those that follow', async () => {
    const told: unknown[] = [];
    const logger: Logger = { ...silentLogger, error: (...line) => told.push(line) };
    const first = new Error('first');
    const second = new Error('second');
    const { ended } = start((trace) => ({
      logger,
      others: [
        part(trace, 'one', { run: () => Promise.reject(first) }),
        part(trace, 'two', { run: (stop) => aborted(stop).then(() => Promise.reject(second)) }),
      ],
    }));
    expect(await ended).toBe(first);
    expect(told).toEqual([[{ err: second, part: 'two' }, 'Another part of the process failed']]);
  });

  it('starts nothing that depends on a part that failed', async () => {
    const taken = new Error('port taken');
    const { trace, ended } = start((trace) => ({
      ...everything(trace),
      http: [
        part(trace, 'http', {
          run: () => Promise.reject(taken),
          ready: (signal) => aborted(signal).then(() => false),
        }),
      ],
    }));
    expect(await ended).toBe(taken);
    expect(trace).toEqual([]);
  });

  it('lets work under way end within the grace period', async () => {
    const { trace, clock, stop, ended } = start((trace, clock) => ({
      leaderElected: [slowPart(trace, clock, 'controller', 20_000)],
    }));
    await clock.advance(0);
    stop.abort();
    await clock.advance(20_000);
    expect(await ended).toBe('ended');
    expect(trace).toEqual(['controller drained']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('cuts work off when the grace period is over, then releases the lease', async () => {
    let elector: FakeElector | undefined;
    const { trace, clock, stop, ended } = start((trace, clock) => ({
      leaderElected: [slowPart(trace, clock, 'controller', 20_000)],
      elector: (elector = new FakeElector(trace)),
      gracePeriodMs: 5_000,
    }));
    await clock.advance(0);
    elector?.win();
    await clock.advance(0);
    stop.abort();
    await clock.advance(5_000);
    expect(await ended).toBe('ended');
    expect(trace).toEqual(['controller cut off', 'lease released']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps the lease if a part does not end, and names that part', async () => {
    let elector: FakeElector | undefined;
    const { trace, clock, stop, ended } = start((trace) => ({
      leaderElected: [part(trace, 'controller', { run: () => new Promise(() => undefined) })],
      elector: (elector = new FakeElector(trace)),
    }));
    await clock.advance(0);
    elector?.win();
    await clock.advance(0);
    stop.abort();
    await clock.advance(40_000);
    const error = await ended;
    expect(error).toBeInstanceOf(StopTimeout);
    expect(String(error)).toContain('controller');
    expect(trace).toEqual([]);
  });

  it('cuts everything off at once when leadership is lost', async () => {
    let elector: FakeElector | undefined;
    const { trace, clock, ended } = start((trace, clock) => ({
      leaderElected: [slowPart(trace, clock, 'a', 20_000), slowPart(trace, clock, 'b', 20_000)],
      elector: (elector = new FakeElector(trace)),
    }));
    await clock.advance(0);
    elector?.win();
    await clock.advance(0);
    const before = clock.monotonic();
    elector?.lose();
    expect(await ended).toBeInstanceOf(LeadershipLost);
    expect(trace.slice(0, 2)).toEqual(['a cut off', 'b cut off']);
    expect(clock.monotonic()).toBe(before);
  });

  it('takes a part that ends by itself for done', async () => {
    const { trace, clock, stop, ended } = start((trace) => ({
      others: [part(trace, 'migration', { run: () => Promise.resolve() })],
      leaderElected: [part(trace, 'controller')],
    }));
    await clock.advance(0);
    stop.abort();
    expect(await ended).toBe('ended');
    expect(trace).toEqual(['controller started', 'controller stopped']);
  });
});
