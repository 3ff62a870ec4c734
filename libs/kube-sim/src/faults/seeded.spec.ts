import { describe, expect, it } from '@jest/globals';
import { VirtualClock, seededRng } from '@neo4j-operator/clock';
import fc from 'fast-check';
import type { ApiAnswer, Handler } from '../api/request.ts';
import { Client } from './client.spec-helper.ts';
import {
  type FaultRates,
  type FaultTarget,
  type InjectedFault,
  JumpingClock,
  Script,
  type SeededFaultsOptions,
  exchangeThrough,
  recordOf,
  seededFaults,
} from './index.ts';

/** A server of numbered events, each of one of three objects: a watch begins after the version that it names. */
class Model {
  readonly clock = new VirtualClock();
  readonly script = new Script();
  readonly done: string[] = [];
  readonly #events: string[] = [];
  readonly #sinks = new Map<object, (line: string) => void>();
  #asked = 0;

  readonly target: FaultTarget = {
    script: (rule) => this.script.add(rule),
    compact: () => this.done.push('compact'),
    restart: (options) => this.done.push(`restart ${options?.olderBy ?? 0}`),
    staleReads: (olderBy) => {
      this.done.push(`older by ${olderBy}`);
      return () => undefined;
    },
  };

  write(): void {
    const version = this.#events.length + 1;
    const metadata = { name: `o${version % 3}`, resourceVersion: String(version) };
    const line = `${JSON.stringify({ type: 'MODIFIED', object: { metadata } })}\n`;
    this.#events.push(line);
    for (const sink of this.#sinks.values()) sink(line);
  }

  send(method: string, query: Record<string, string> = {}): Client {
    const client = new Client();
    const details = { method, path: '/things', query: new URLSearchParams(query) };
    const record = recordOf(++this.#asked, { ...details, userAgent: '', body: '' });
    const request = { ...details, headers: {}, body: undefined, user: { name: 'u', groups: [] } };
    exchangeThrough(this.script, {
      handler: this.#handler,
      request,
      record,
      reply: client.reply,
      clock: this.clock,
    });
    return client;
  }

  readonly #handler: Handler = ({ method, query }): ApiAnswer => {
    if (!query.has('watch')) {
      if (method !== 'GET') this.done.push(method);
      return { status: 200, headers: {}, body: '{}' };
    }
    const open = (sink: { readonly line: (line: string) => void }): (() => void) => {
      for (const line of this.#events.slice(Number(query.get('resourceVersion')))) sink.line(line);
      this.#sinks.set(sink, sink.line);
      return () => this.#sinks.delete(sink);
    };
    return { status: 200, headers: {}, watch: { open } };
  };
}

function start(seed: number, rates: FaultRates, more: Partial<SeededFaultsOptions> = {}) {
  const model = new Model();
  const { target, clock } = model;
  return { model, faults: seededFaults({ target, clock, rng: seededRng(seed), rates, ...more }) };
}

const names = (log: readonly InjectedFault[]): string[] => [...new Set(log.map(({ fault }) => fault))].sort();

describe('Faults by chance', () => {
  it('meet as many requests as their rates say, and are written down', async () => {
    const { model, faults } = start(1, { internalError: 0.2, lostAnswer: 0.1 });
    const clients = Array.from({ length: 1000 }, () => model.send('POST'));
    await model.clock.yield();
    const failed = clients.filter(({ status }) => status === 500).length;
    const lost = clients.filter(({ end }) => end === 'reset').length;
    expect([Math.round(failed / 50), Math.round(lost / 50)]).toEqual([4, 2]);
    expect(faults.log).toHaveLength(failed + lost);
    expect(faults.log[0]).toEqual({ atMs: 0, fault: expect.any(String), request: 'POST /things', amount: 0 });
    expect(model.done).toHaveLength(1000 - failed);
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['GET', {}, ['delay', 'internalError', 'reset', 'timeout', 'tooManyRequests']],
    [
      'GET',
      { resourceVersion: '0' },
      ['delay', 'internalError', 'reset', 'staleRead', 'timeout', 'tooManyRequests'],
    ],
    [
      'POST',
      {},
      ['delay', 'internalError', 'lostAnswer', 'lostTimeout', 'reset', 'timeout', 'tooManyRequests'],
    ],
    [
      'PUT',
      {},
      [
        'conflict',
        'delay',
        'internalError',
        'lostAnswer',
        'lostTimeout',
        'reset',
        'timeout',
        'tooManyRequests',
      ],
    ],
    [
      'GET',
      { watch: '1' },
      [
        'delayedEvents',
        'duplicatedEvents',
        'lostEvents',
        'reorderedEvents',
        'watchEnd',
        'watchExpired',
        'watchReset',
      ],
    ],
  ])('of a %s with %j are those that a real server could have', (method, query, expected) => {
    const each = 0.1;
    const rates = {
      ...{ reset: each, lostAnswer: each, conflict: each, tooManyRequests: each, internalError: each },
      ...{ timeout: each, lostTimeout: each, delay: each, staleRead: each, watchReset: each, watchEnd: each },
      ...{
        watchExpired: each,
        delayedEvents: each,
        duplicatedEvents: each,
        reorderedEvents: each,
        lostEvents: each,
      },
    };
    const { model, faults } = start(2, rates);
    for (let count = 0; count < 200; count++) model.send(method, query);
    expect(names(faults.log)).toEqual(expected);
  });

  it('come by themselves as often in a minute as is said', async () => {
    const jumping = new JumpingClock(new VirtualClock());
    const jump = (byMs: number): void => {
      jumping.jump(byMs);
    };
    const { model, faults } = start(3, { compaction: 2, restart: 1, clockJump: 1 }, { jump });
    await model.clock.advance(60 * 60_000);
    const count = (fault: string): number => faults.log.filter((one) => one.fault === fault).length;
    expect(Math.abs(count('compaction') - 120)).toBeLessThan(40);
    expect(Math.abs(count('restart') - 60)).toBeLessThan(30);
    expect(model.done.filter((one) => one === 'compact')).toHaveLength(count('compaction'));
    expect(model.done.find((one) => one.startsWith('restart'))).toMatch(/^restart ([1-9]|1\d|20)$/);
    const jumpedMs = faults.log
      .filter(({ fault }) => fault === 'clockJump')
      .reduce((sum, { amount }) => sum + amount, 0);
    expect(jumping.now() - new VirtualClock().now()).toBe(jumpedMs);
    expect(jumping.monotonic()).toBe(0);
  });

  it('are the same for the same seed', async () => {
    const run = async (seed: number): Promise<readonly InjectedFault[]> => {
      const { model, faults } = start(seed, { reset: 0.2, delay: 0.2, restart: 5 });
      for (let count = 0; count < 50; count++) {
        model.send('GET');
        await model.clock.advance(1000);
      }
      return faults.log;
    };
    expect(await run(4)).toEqual(await run(4));
    expect(await run(4)).not.toEqual(await run(5));
  });

  it('spare what they are not meant for', () => {
    const { model, faults } = start(6, { reset: 1 }, { where: ({ method }) => method === 'PUT' });
    expect([model.send('GET').status, model.send('PUT').status]).toEqual([200, undefined]);
    expect(faults.log).toHaveLength(1);
  });

  it('end when they are stopped', async () => {
    const { model, faults } = start(7, { reset: 1, compaction: 60 });
    faults.stop();
    expect(model.send('GET').status).toBe(200);
    await model.clock.advance(600_000);
    expect([faults.log, model.clock.pendingTimers]).toEqual([[], 0]);
  });

  it('of watches lose nothing for a client that resumes from the last version it saw', async () => {
    const each = 0.17;
    const rates = {
      watchReset: each,
      watchEnd: each,
      delayedEvents: each,
      duplicatedEvents: each,
      reorderedEvents: each,
      lostEvents: each,
    };
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.array(fc.nat(300), { minLength: 1, maxLength: 60 }),
        async (seed, pauses) => {
          const { model, faults } = start(seed, rates);
          const versions = new Map<string, number>();
          let last = 0;
          let client = model.send('GET', { watch: '1', resourceVersion: '0' });
          let read = 0;
          const follow = (): void => {
            const whole = client.body.slice(read, client.body.lastIndexOf('\n') + 1);
            read += whole.length;
            for (const line of whole.split('\n').slice(0, -1)) {
              const { metadata } = (
                JSON.parse(line) as { object: { metadata: { name: string; resourceVersion: string } } }
              ).object;
              last = Number(metadata.resourceVersion);
              versions.set(metadata.name, Math.max(last, versions.get(metadata.name) ?? 0));
            }
            if (client.end === undefined) return;
            client = model.send('GET', { watch: '1', resourceVersion: String(last) });
            read = 0;
          };
          for (const pause of pauses) {
            model.write();
            await model.clock.advance(pause);
            follow();
          }
          faults.stop();
          for (let turn = 0; turn < 10; turn++) {
            await model.clock.advance(60_000);
            follow();
          }
          const expected = new Map(pauses.map((_, index) => [`o${(index + 1) % 3}`, index + 1]));
          expect(versions).toEqual(expected);
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });
});
