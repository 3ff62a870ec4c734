import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import type { ApiAnswer, ApiRequest, Handler } from '../api/request.ts';
import {
  type Action,
  AnswerTape,
  type FaultTarget,
  type Rule,
  Script,
  blackhole,
  delay,
  delayEvents,
  dropEvents,
  dropResponse,
  duplicateEvents,
  endAfterEvents,
  errorEvent,
  exchangeThrough,
  fin,
  finAfterEvents,
  injectEvent,
  recordOf,
  reset,
  resetAfterEvents,
  resetAfterUpstream,
  staleRead,
  status,
  swapEvents,
  truncateEvent,
} from './index.ts';
import { Client } from './client.spec-helper.ts';

const event = (version: number): string => `${JSON.stringify({ type: 'MODIFIED', object: { version } })}\n`;
const versions = (client: Client): unknown[] =>
  client.body
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { object: { version: unknown } }).object.version);

let clock: VirtualClock;
let script: Script;
let handled: string[];
let watchers: Set<{ line: (line: string) => void; end: () => void }>;

const handler: Handler = ({ method, path, query }): ApiAnswer => {
  handled.push(`${method} ${path}`);
  const headers = { 'content-type': 'application/json' };
  if (path === '/late') {
    // eslint-disable-next-line @typescript-eslint/require-await -- as a source of events is
    const body = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('from afar');
    };
    return { status: 200, headers, later: () => Promise.resolve({ status: 418, headers, body: body() }) };
  }
  if (!query.has('watch')) return { status: 201, headers, body: `{"count":${handled.length}}` };
  return {
    status: 200,
    headers,
    watch: {
      open: (sink) => {
        watchers.add(sink);
        for (const version of [1, 2]) sink.line(event(version));
        return () => watchers.delete(sink);
      },
    },
  };
};

beforeEach(() => {
  clock = new VirtualClock();
  script = new Script();
  handled = [];
  watchers = new Set();
});

async function send(method: string, url: string, action?: Action): Promise<Client> {
  if (action !== undefined) script.add({ action });
  const client = new Client();
  const [path = '', query = ''] = url.split('?');
  const request: ApiRequest = {
    method,
    path,
    query: new URLSearchParams(query),
    headers: {},
    body: undefined,
    user: { name: 'u', groups: [] },
  };
  const record = recordOf(1, { method, path, query: request.query, userAgent: '', body: '' });
  client.record = record;
  exchangeThrough(script, { handler, request, record, reply: client.reply, clock });
  return await settled(client);
}

async function settled(client: Client): Promise<Client> {
  await clock.yield();
  return client;
}

async function watch(action?: Action): Promise<Client> {
  const client = await send('GET', '/things?watch=1', action);
  for (const version of [3, 4]) for (const { line } of watchers) line(event(version));
  return settled(client);
}

describe('Without a rule', () => {
  it('an answer is there before the call returns', () => {
    void send('POST', '/things').then();
    expect(handled).toEqual(['POST /things']);
  });

  it('a watch is passed on until its client leaves', async () => {
    const client = await watch();
    expect(client).toMatchObject({ status: 200, end: undefined });
    expect(versions(client)).toEqual([1, 2, 3, 4]);
    client.leave();
    expect(watchers.size).toBe(0);
  });

  it('an answer that is got elsewhere is passed on when it is there', async () => {
    const client = await send('GET', '/late');
    expect(client).toMatchObject({ status: 418, body: 'from afar', end: 'end' });
    expect(client.record).toMatchObject({ upstreamStatus: 418, status: 418 });
  });
});

describe('Before the request takes effect', () => {
  it.each([
    ['reset', reset(), 'reset'],
    ['fin', fin(), 'fin'],
    ['blackhole', blackhole(), undefined],
  ])('%s gives no answer', async (_name, action, end) => {
    const client = await send('POST', '/things', action);
    expect(client).toMatchObject({ status: undefined, end });
    expect(handled).toEqual([]);
    client.leave();
    await clock.yield();
    expect(client.record?.error).toBeUndefined();
  });

  it('status answers instead', async () => {
    const client = await send('POST', '/things', status(429, { retryAfterSeconds: 7 }));
    expect(client).toMatchObject({ status: 429, end: 'end', headers: { 'retry-after': '7' } });
    expect(handled).toEqual([]);
  });
});

describe('After the request has taken effect', () => {
  it.each([
    ['resetAfterUpstream', resetAfterUpstream(), 'reset'],
    ['dropResponse', dropResponse(), undefined],
  ])('%s loses the answer', async (_name, action, end) => {
    const client = await send('POST', '/things', action);
    expect(client).toMatchObject({ status: undefined, end });
    expect(handled).toHaveLength(1);
    expect(client.record?.upstreamStatus).toBe(201);
  });

  it('delay holds it back by the clock', async () => {
    const client = await send('POST', '/things', delay(500));
    expect(handled).toHaveLength(1);
    await clock.advance(499);
    expect(client.status).toBeUndefined();
    await clock.advance(1);
    expect(client).toMatchObject({ status: 201, body: '{"count":1}', end: 'end' });
  });

  it('staleRead answers this one request from the past', async () => {
    const lags: number[] = [];
    const target: Pick<FaultTarget, 'staleReads'> = {
      staleReads: (olderBy) => {
        lags.push(olderBy);
        handled.push('behind');
        return () => handled.push('caught up');
      },
    };
    expect(await send('GET', '/things', staleRead(target, 3))).toMatchObject({ status: 201, end: 'end' });
    expect(handled).toEqual(['behind', 'GET /things', 'caught up']);
    expect(lags).toEqual([3]);
  });

  it('a tape gives an older answer again', async () => {
    const tape = new AnswerTape();
    await send('GET', '/things', tape.record());
    await send('GET', '/things');
    expect((await send('GET', '/things', tape.replayOlderAnswer())).body).toBe('{"count":1}');
    expect(handled).toHaveLength(2);
  });
});

describe('A watch', () => {
  it.each([
    ['resetAfterEvents', resetAfterEvents(3), [1, 2, 3], 'reset'],
    ['finAfterEvents', finAfterEvents(1), [1], 'fin'],
    ['endAfterEvents', endAfterEvents(2), [1, 2], 'end'],
    ['endAfterEvents(0)', endAfterEvents(0), [], 'end'],
  ])('ends by %s', async (_name, action, expected, end) => {
    const client = await watch(action);
    expect(versions(client)).toEqual(expected);
    expect(client.end).toBe(end);
    expect(watchers.size).toBe(0);
  });

  it('is cut in the middle of an event by truncateEvent', async () => {
    const client = await watch(truncateEvent(2));
    expect(client.end).toBe('fin');
    expect(client.body).toBe(event(1) + event(2).slice(0, event(2).length / 2));
  });

  it.each([
    ['duplicateEvents', duplicateEvents(2), [1, 1, 2, 2, 3, 4]],
    ['swapEvents', swapEvents(2), [1, 3, 2, 4]],
    ['dropEvents', dropEvents(2, 2), [1, 4]],
    ['injectEvent', injectEvent(errorEvent(410), 1), [1, undefined, 2, 3, 4]],
  ])('has other events by %s', async (_name, action, expected) => {
    expect(versions(await watch(action))).toEqual(expected);
  });

  it('is late by delayEvents, and is so in order', async () => {
    const client = await watch(delayEvents(100));
    expect(versions(client)).toEqual([]);
    await clock.advance(250);
    expect(versions(client)).toEqual([1, 2]);
    await clock.advance(200);
    expect(versions(client)).toEqual([1, 2, 3, 4]);
  });

  it('that its client leaves during a fault is closed', async () => {
    const client = await watch(delayEvents(100));
    client.leave();
    await clock.advance(1000);
    expect(watchers.size).toBe(0);
    expect(versions(client)).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('An action', () => {
  it('that throws breaks the connection, and is in the log', async () => {
    const client = await send('GET', '/things', () => {
      throw new Error('broken action');
    });
    expect(client.end).toBe('reset');
    expect(client.record?.error).toContain('broken action');
  });

  it.each<[Omit<Rule, 'action'>, number[]]>([
    [{ nth: 2 }, [201, 500, 201, 201]],
    [{ times: 2 }, [500, 500, 201, 201]],
    [{ method: 'PUT' }, [201, 201, 201, 500]],
    [{ path: /b$/ }, [201, 500, 201, 201]],
    [{ where: ({ query }) => query.has('q') }, [201, 201, 500, 201]],
    [{ watch: true }, [201, 201, 201, 201]],
  ])('by rule %o meets the requests that are meant', async (rule, expected) => {
    script.add({ ...rule, action: status(500) });
    const seen = [];
    for (const [method, url] of [
      ['GET', '/a'],
      ['GET', '/b'],
      ['GET', '/a?q'],
      ['PUT', '/a'],
    ] as const) {
      seen.push((await send(method, url)).status);
    }
    expect(seen).toEqual(expected);
  });
});
