import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@neo4j-operator/clock';
import { type Seen, closingOf, fetchFrom, until } from './client.spec-helper.ts';
import {
  type Action,
  AnswerTape,
  type FaultProxy,
  blackhole,
  blackholeAfterEvents,
  delay,
  dropResponse,
  duplicateEvents,
  editEvents,
  endAfterEvents,
  errorEvent,
  fin,
  finAfterEvents,
  htmlPage200,
  injectEvent,
  oneByteChunks,
  reset,
  resetAfterEvents,
  resetAfterUpstream,
  slowDrip,
  startFaultProxy,
  status,
  swapEvents,
  truncateEvent,
} from './index.ts';
import { type Upstream, events, startUpstream } from './upstream.spec-helper.ts';

let upstream: Upstream;
let proxy: FaultProxy;
beforeEach(async () => {
  upstream = await startUpstream();
  proxy = await startFaultProxy(upstream.address);
});
afterEach(async () => {
  await proxy.stop();
  await upstream.stop();
});

function post(action: Action): Promise<Seen> {
  proxy.script({ action });
  return fetchFrom(proxy.address, 'POST', '/things');
}

function watch(action: Action): Promise<Seen> {
  proxy.script({ action });
  return fetchFrom(proxy.address, 'GET', '/things?watch=true');
}

const [first = '', second = '', third = '', fourth = ''] = events;
const body = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('Before the request is passed on', () => {
  it.each([
    ['reset', reset(), 'ECONNRESET'],
    // Node's client calls an orderly close without an answer the same.
    ['fin', fin(), 'ECONNRESET'],
    ['blackhole', blackhole(), 'open'],
  ])('%s gives no answer, and the request has no effect', async (_name, action, end) => {
    const seen = await post(action);
    expect([seen.status, seen.end]).toEqual([undefined, end]);
    expect(upstream.arrived).toEqual([]);
    expect(proxy.requests[0]?.error).toBeUndefined();
    await until(() => proxy.connections.open === 0);
  });

  it.each([400, 401, 403, 404, 409, 410, 429, 500, 502, 503, 504] as const)(
    'status %i is a Status of the API server',
    async (code) => {
      const seen = await post(status(code));
      expect(seen).toMatchObject({
        status: code,
        end: 'end',
        headers: { 'content-type': 'application/json' },
      });
      expect(JSON.parse(seen.text)).toMatchObject({ kind: 'Status', status: 'Failure', code });
      expect(upstream.arrived).toEqual([]);
    },
  );

  it('status says when to come again, and why', async () => {
    const seen = await post(status(429, { retryAfterSeconds: 7, reason: 'Busy', message: 'later' }));
    expect(seen.headers['retry-after']).toBe('7');
    expect(JSON.parse(seen.text)).toMatchObject({
      reason: 'Busy',
      message: 'later',
      details: { retryAfterSeconds: 7 },
    });
  });

  it('htmlPage200 looks like success', async () => {
    const seen = await post(htmlPage200());
    expect(seen).toMatchObject({ status: 200, headers: { 'content-type': 'text/html' } });
    expect(seen.text).toContain('<!doctype html>');
  });
});

describe('After the request has taken effect', () => {
  it.each([
    ['resetAfterUpstream', resetAfterUpstream(), 'ECONNRESET'],
    ['dropResponse', dropResponse(), 'open'],
  ])('%s loses the answer', async (_name, action, end) => {
    const seen = await post(action);
    expect([seen.status, seen.end]).toEqual([undefined, end]);
    expect(upstream.arrived).toEqual(['POST /things']);
    expect(proxy.requests).toMatchObject([{ upstreamStatus: 201 }]);
    expect(proxy.requests[0]?.status).toBeUndefined();
  });

  it('delay holds the answer back', async () => {
    const startedAt = systemClock.monotonic();
    expect((await post(delay(60))).status).toBe(201);
    expect(systemClock.monotonic() - startedAt).toBeGreaterThanOrEqual(60);
  });
});

describe('The end of a watch', () => {
  it.each([
    ['resetAfterEvents', resetAfterEvents(2), 'ECONNRESET'],
    ['finAfterEvents', finAfterEvents(2), 'ECONNRESET'],
    ['endAfterEvents', endAfterEvents(2), 'end'],
    ['blackholeAfterEvents', blackholeAfterEvents(2), 'open'],
  ])('by %s comes after so many events', async (_name, action, end) => {
    expect(await watch(action)).toMatchObject({ status: 200, text: body(first, second), end });
    await until(() => upstream.watches === 0);
  });

  it('may come before the first event', async () => {
    expect(await watch(endAfterEvents(0))).toMatchObject({ status: 200, text: '', end: 'end' });
    expect(await watch(blackholeAfterEvents(0))).toMatchObject({ status: 200, text: '', end: 'open' });
  });

  it('by truncateEvent comes in the middle of an event', async () => {
    const seen = await watch(truncateEvent(2));
    expect(seen.end).toBe('ECONNRESET');
    expect(seen.text.startsWith(body(first) + second.slice(0, 20))).toBe(true);
    expect(seen.text.length).toBeLessThan(body(first, second).length - 20);
  });
});

describe('A connection that is broken off', () => {
  it.each([
    ['reset', reset(), 'RST'],
    ['resetAfterUpstream', resetAfterUpstream(), 'RST'],
    ['resetAfterEvents', resetAfterEvents(1), 'RST'],
    ['fin', fin(), 'FIN'],
    ['finAfterEvents', finAfterEvents(1), 'FIN'],
    ['truncateEvent', truncateEvent(1), 'FIN'],
  ])('by %s is so on the wire', async (_name, action, closing) => {
    proxy.script({ action });
    expect(await closingOf(proxy.address, '/things?watch=true')).toBe(closing);
  });
});

describe('The pace of a body', () => {
  it('by oneByteChunks is a byte at a time', async () => {
    const seen = await watch(oneByteChunks());
    expect(seen.text).toBe(body(...events));
    expect(Math.max(...seen.pieces.map(({ length }) => length))).toBe(1);
  });

  it('by slowDrip is so many bytes a tick', async () => {
    const startedAt = systemClock.monotonic();
    const seen = await post(slowDrip(4, 20));
    expect(seen).toMatchObject({ text: '{"count":1}', end: 'end' });
    expect(seen.pieces.map(({ length }) => length)).toEqual([4, 4, 3]);
    expect(systemClock.monotonic() - startedAt).toBeGreaterThanOrEqual(60);
  });
});

describe('The events of a watch', () => {
  it('come twice by duplicateEvents', async () => {
    expect((await watch(duplicateEvents(2))).text).toBe(body(first, first, second, second, third, fourth));
  });

  it('come in another order by swapEvents', async () => {
    expect((await watch(swapEvents(2))).text).toBe(body(first, third, second, fourth));
  });

  it('come with a stranger among them by injectEvent', async () => {
    const error = errorEvent(410);
    expect(error).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
    const injected = JSON.stringify(error);
    expect((await watch(injectEvent(error))).text).toBe(body(injected, ...events));
    expect((await watch(injectEvent(error, 3))).text).toBe(body(first, second, third, injected, fourth));
  });

  it('are what editEvents makes of them', async () => {
    const edited = watch(
      editEvents((event, number) => (number === 1 ? [] : [{ ...event, type: String(number) }])),
    );
    const types = (await edited).text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(['2', '3', '4']);
  });
});

describe('An answer tape', () => {
  it('gives an older answer again', async () => {
    const tape = new AnswerTape();
    expect((await post(tape.record())).text).toBe('{"count":1}');
    expect((await post(tape.record())).text).toBe('{"count":2}');
    expect(tape.length).toBe(2);
    expect(await post(tape.replayOlderAnswer())).toMatchObject({
      status: 201,
      text: '{"count":1}',
      end: 'end',
    });
    expect((await post(tape.replayOlderAnswer(2))).text).toBe('{"count":2}');
    expect(upstream.arrived).toHaveLength(2);
  });

  it('says so when there is no such answer', async () => {
    await post(new AnswerTape().replayOlderAnswer());
    expect(proxy.requests[0]?.error).toContain('there is no recorded answer 1, only 0');
  });
});
