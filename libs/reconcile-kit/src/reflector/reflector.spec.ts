import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { describe, expect, it } from '@jest/globals';
import type { Scope } from '../client/client.ts';
import { silentLogger } from '../core/logger.ts';
import type { Stored } from '../core/object.ts';
import type { ReflectorState } from '../informer/informer.ts';
import { noMetrics } from '../metrics/none.ts';
import {
  added,
  bookmark,
  deleted,
  errorEvent,
  modified,
  type Pod,
  pod,
  podList,
  pods,
  status,
} from './pods.spec-helper.ts';
import { Reflector } from './reflector.ts';
import { type ScriptedExchange, ScriptedTransport } from './scripted-transport.spec-helper.ts';

type Heard =
  | { readonly replace: readonly string[]; readonly version: string; readonly isReset: boolean }
  | { readonly changes: readonly string[] };

const shown = (object: Stored<Pod>): string => `${object.metadata.name}@${object.metadata.resourceVersion}`;

/** A reflector over a scripted transport, with what its sink heard. */
function harness(
  more: { readonly scope?: Scope; readonly metadataOnly?: boolean; readonly strip?: string[][] } = {},
) {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport();
  const heard: Heard[] = [];
  const objects: Stored<Pod>[] = [];
  const states: ReflectorState[] = [];
  const reconnects: string[] = [];
  const relists: string[] = [];
  const reflector = new Reflector<Pod>({
    transport,
    clock,
    rng: seededRng(1),
    logger: silentLogger,
    metrics: {
      ...noMetrics.informer('pods'),
      reconnected: (reason) => reconnects.push(reason),
      relisted: (reason) => relists.push(reason),
    },
    resource: pods,
    scope: more.scope ?? {},
    metadataOnly: more.metadataOnly ?? false,
    strip: more.strip ?? [],
    sink: {
      replace: (snapshot, version, isReset) => {
        objects.push(...snapshot);
        heard.push({ replace: snapshot.map(shown), version, isReset });
      },
      apply: (events) => {
        objects.push(...events.map(({ object }) => object));
        heard.push({ changes: events.map(({ type, object }) => `${type} ${shown(object)}`) });
      },
      stateChanged: (state) => states.push(state),
    },
  });
  let isOver = false;
  void reflector.run().then(() => {
    isOver = true;
  });
  return {
    clock,
    transport,
    heard,
    objects,
    states,
    reconnects,
    relists,
    reflector,
    isOver: () => isOver,
    /** Lets everything that is ready happen. */
    settle: () => clock.advance(0),
    /** The next request, which must be there already; `query` is what matters of it. */
    async next(): Promise<{
      readonly exchange: ScriptedExchange;
      readonly query: Readonly<Record<string, unknown>>;
    }> {
      await clock.advance(0);
      const exchange = transport.take();
      return { exchange, query: exchange.request.query ?? {} };
    },
    /** Answers the snapshot request with the given version, then lets it go on as a watch. */
    async synced(version: number, ...initial: readonly Stored<Pod>[]): Promise<ScriptedExchange> {
      await clock.advance(0);
      const exchange = transport
        .take()
        .answer()
        .send(...initial.map(added), bookmark(version, true));
      await clock.advance(0);
      return exchange;
    },
  };
}

describe('the streamed snapshot', () => {
  it('asks for a consistent state, and goes on as the watch on the same connection', async () => {
    const { next, settle, heard, transport, reflector } = harness({
      scope: { namespace: 'n', labelSelector: 'a=b', fieldSelector: 'metadata.name=x' },
    });
    const { exchange, query } = await next();
    expect(exchange.request.path).toBe('/api/v1/namespaces/n/pods');
    expect(query).toMatchObject({
      watch: '1',
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: 'true',
      labelSelector: 'a=b',
      fieldSelector: 'metadata.name=x',
    });
    expect(query).not.toHaveProperty('resourceVersion');
    expect(Number(query['timeoutSeconds'])).toBeGreaterThanOrEqual(180);
    expect(Number(query['timeoutSeconds'])).toBeLessThanOrEqual(235);
    exchange
      .answer()
      .send(
        added(pod('b', 9)),
        added(pod('a', 3)),
        modified(pod('a', 11)),
        added(pod('c', 4)),
        deleted(pod('c', 12)),
      );
    await settle();
    expect(heard).toEqual([]);
    expect(reflector.state).toMatchObject({ phase: 'listing', synced: false, resourceVersion: '' });
    exchange.send(bookmark(12, true), modified(pod('b', 13)));
    await settle();
    expect(heard).toEqual([
      { replace: ['b@9', 'a@11'], version: '12', isReset: false },
      { changes: ['MODIFIED b@13'] },
    ]);
    expect(reflector.state).toMatchObject({
      phase: 'watching',
      synced: true,
      resourceVersion: '13',
      lastError: undefined,
    });
    expect(transport.requests).toHaveLength(1);
  });

  it('does not count a bookmark within it', async () => {
    const { next, settle, heard, reflector } = harness();
    const { exchange } = await next();
    exchange.answer().send(added(pod('a', 3)), bookmark(8));
    await settle();
    expect(heard).toEqual([]);
    expect(reflector.state.resourceVersion).toBe('');
  });

  it.each([
    [
      'it is refused',
      (exchange: ScriptedExchange) => {
        exchange.answer(422).send(status(422, 'Invalid')).end();
      },
    ],
    [
      'it is not known',
      (exchange: ScriptedExchange) => {
        exchange.answer(400).send(status(400, 'BadRequest')).end();
      },
    ],
    [
      'its end does not come',
      (exchange: ScriptedExchange) => void exchange.answer().send(added(pod('a', 3))),
    ],
  ])('gives way to a list in pages when %s, for good', async (_, answer) => {
    const { next, clock, heard, relists } = harness();
    answer((await next()).exchange);
    await clock.advance(10_000);
    const first = await next();
    expect(first.query).toMatchObject({ limit: '500' });
    expect(first.query['resourceVersion']).toBeUndefined();
    expect(first.query['resourceVersionMatch']).toBeUndefined();
    first.exchange
      .answer()
      .send(podList(20, [pod('a', 3), pod('b', 4)], 'more'))
      .end();
    const second = await next();
    expect(second.query).toMatchObject({ limit: '500', continue: 'more' });
    expect(heard).toEqual([]);
    second.exchange
      .answer()
      .send(podList(20, [pod('c', 5)]))
      .end();
    const watch = await next();
    expect(watch.query).toMatchObject({ watch: '1', resourceVersion: '20', allowWatchBookmarks: 'true' });
    expect(heard).toEqual([{ replace: ['a@3', 'b@4', 'c@5'], version: '20', isReset: false }]);
    watch.exchange.answer().send(errorEvent(410, 'Expired'));
    const relist = await next();
    expect(relist.query).not.toHaveProperty('watch');
    expect(relists).toEqual(['no-watch-list', 'gone']);
  });

  it('starts the list over when a page has expired', async () => {
    const { next, heard } = harness();
    (await next()).exchange.answer(400).end();
    (await next()).exchange
      .answer()
      .send(podList(20, [pod('a', 3)], 'more'))
      .end();
    (await next()).exchange.answer(410).send(status(410, 'Expired')).end();
    const again = await next();
    expect(again.query['continue']).toBeUndefined();
    again.exchange
      .answer()
      .send(podList(30, [pod('b', 25)]))
      .end();
    await next();
    expect(heard).toEqual([{ replace: ['b@25'], version: '30', isReset: false }]);
  });

  it('does not take a list that broke off for a short one', async () => {
    const { next, clock, heard } = harness();
    (await next()).exchange.answer(400).end();
    const text = JSON.stringify(podList(20, [pod('a', 3), pod('b', 4)]));
    const { exchange } = await next();
    exchange
      .answer()
      .sendBytes(new TextEncoder().encode(text.slice(0, -40)))
      .end();
    await clock.advance(2000);
    expect((await next()).query).toMatchObject({ limit: '500' });
    expect(heard).toEqual([]);
  });
});

describe('objects', () => {
  it('have the same shape from a list and from a watch, unknown fields kept, managed and stripped fields cut', async () => {
    const { next, settle, objects } = harness({ strip: [['spec', 'data']] });
    (await next()).exchange.answer(400).end();
    const raw = {
      metadata: { ...pod('a', 3).metadata, managedFields: [{ manager: 'x' }], future: 1 },
      spec: { data: 'long', template: { metadata: { managedFields: 'kept' } } },
    };
    (await next()).exchange
      .answer()
      .send({ kind: 'PodList', metadata: { resourceVersion: '5' }, items: [raw] })
      .end();
    const watch = await next();
    watch.exchange.answer().send({ type: 'MODIFIED', object: { ...raw, apiVersion: 'v1', kind: 'Pod' } });
    await settle();
    const expected = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...pod('a', 3).metadata, future: 1 },
      spec: { template: { metadata: { managedFields: 'kept' } } },
    };
    expect(objects).toEqual([expected, expected]);
  });

  it('can be asked for as metadata only, and are of their own kind nevertheless', async () => {
    const { next, settle, objects } = harness({ metadataOnly: true });
    const { exchange } = await next();
    expect(exchange.request.headers?.['accept']).toContain('as=PartialObjectMetadata;');
    const partial = { ...pod('a', 3), apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' };
    exchange.answer().send(added(partial), bookmark(4, true));
    await settle();
    expect(objects).toEqual([pod('a', 3)]);
  });

  it('arrive whole however their bytes are split', async () => {
    const { next, settle, objects, transport } = harness();
    const { exchange } = await next();
    exchange.answer();
    const text = [added(pod('ä€😀', 3)), bookmark(4, true)].map((line) => JSON.stringify(line)).join('\n');
    for (const byte of new TextEncoder().encode(`${text}\n`)) exchange.sendBytes(Uint8Array.of(byte));
    await settle();
    expect(objects).toEqual([pod('ä€😀', 3)]);
    expect(transport.requests).toHaveLength(1);
  });

  it('are handed on in turns that let other work run', async () => {
    const { settle, synced, heard } = harness();
    const exchange = await synced(5);
    exchange.send(...Array.from({ length: 600 }, (_, index) => added(pod(`p${String(index)}`, 6 + index))));
    await settle();
    const sizes = heard.map((each) => ('changes' in each ? each.changes.length : 0));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256);
    await settle();
    expect(heard.flatMap((each) => ('changes' in each ? each.changes : []))).toHaveLength(600);
  });
});

describe('the watch', () => {
  it('resumes at once from the last version, of events and bookmarks, when the server closes it: no relist, no growing gaps', async () => {
    const { next, synced, clock, relists, heard } = harness();
    let exchange = await synced(5, pod('a', 3));
    exchange.send(bookmark(40));
    for (let round = 0; round < 6; round++) {
      await clock.advance(5000);
      exchange.end();
      const { query, exchange: again } = await next();
      expect(query).toMatchObject({ watch: '1', resourceVersion: '40', allowWatchBookmarks: 'true' });
      expect(query).not.toHaveProperty('sendInitialEvents');
      exchange = again.answer();
    }
    expect(relists).toEqual([]);
    expect(heard).toHaveLength(1);
  });

  it('resumes at once when the connection breaks, then waits longer and longer', async () => {
    const { next, synced, clock, transport, reconnects, reflector } = harness();
    (await synced(5)).fail('ConnectionLost');
    (await next()).exchange.fail('ConnectionFailed');
    await clock.advance(799);
    expect(transport.waiting).toBe(0);
    expect(reflector.state.phase).toBe('backoff');
    expect(reflector.state.lastError?.reason).toBe('ConnectionFailed');
    await clock.advance(401);
    (await next()).exchange.fail('ConnectionFailed');
    await clock.advance(1599);
    expect(transport.waiting).toBe(0);
    await clock.advance(801);
    const { exchange, query } = await next();
    expect(query).toMatchObject({ resourceVersion: '5' });
    expect(reflector.state.phase).toBe('backoff');
    exchange.answer();
    await clock.advance(0);
    expect(reflector.state).toMatchObject({ phase: 'watching', lastError: undefined });
    expect(reconnects).toEqual(['lost', 'lost', 'lost']);
  });

  it.each([
    [500, 'InternalError'],
    [504, 'Timeout'],
    [403, 'Forbidden'],
  ])('ends with an ERROR event %i and resumes after a wait', async (code, reason) => {
    const { next, synced, settle, clock, transport } = harness();
    const exchange = await synced(5);
    exchange.send(modified(pod('a', 6)), errorEvent(code, reason), modified(pod('a', 7)));
    await settle();
    expect(exchange.isOver).toBe(true);
    expect(transport.waiting).toBe(0);
    await clock.advance(1200);
    expect((await next()).query).toMatchObject({ resourceVersion: '6' });
  });

  it('reads anew after 410, as an event or as an answer', async () => {
    const { next, synced, clock, heard } = harness();
    (await synced(5, pod('a', 3))).send(errorEvent(410, 'Expired'));
    const afterEvent = await next();
    expect(afterEvent.query).toMatchObject({ sendInitialEvents: 'true' });
    expect(afterEvent.query).not.toHaveProperty('resourceVersion');
    afterEvent.exchange.answer().send(bookmark(50, true)).end();
    await clock.advance(1200);
    const watch = await next();
    watch.exchange.answer(410).send(status(410, 'Expired')).end();
    await clock.advance(2400);
    expect((await next()).query).toMatchObject({ sendInitialEvents: 'true' });
    expect(heard.slice(1)).toEqual([{ replace: [], version: '50', isReset: false }]);
  });

  it('waits as long as 429 asks', async () => {
    const { next, synced, clock, transport } = harness();
    (await synced(5)).end();
    await clock.advance(1200);
    (await next()).exchange.answer(429, { 'retry-after': '7' }).end();
    await clock.advance(6999);
    expect(transport.waiting).toBe(0);
    await clock.advance(1);
    expect((await next()).query).toMatchObject({ resourceVersion: '5' });
  });

  it('waits for a server that does not have the version yet, then believes that it went back in time', async () => {
    const { next, synced, settle, clock, heard } = harness();
    (await synced(500, pod('a', 400))).fail('ConnectionLost');
    const tooLarge = status(504, 'Timeout', { causes: [{ reason: 'ResourceVersionTooLarge' }] });
    for (let round = 0; round < 3; round++) {
      const { exchange, query } = await next();
      expect(query).toMatchObject({ resourceVersion: '500' });
      exchange.answer(504).send(tooLarge).end();
      await clock.advance(5000);
    }
    const { exchange, query } = await next();
    expect(query).toMatchObject({ sendInitialEvents: 'true' });
    exchange.answer().send(added(pod('a', 90)), bookmark(100, true), modified(pod('a', 101)));
    await settle();
    expect(heard.slice(1)).toEqual([
      { replace: ['a@90'], version: '100', isReset: true },
      { changes: ['MODIFIED a@101'] },
    ]);
  });

  it.each([
    ['a truncated line', '{"type":"MODIFIED","obj', 'lost'],
    ['a malformed line', '{"type":"MODIFIED","obj\n', 'malformed'],
  ])('keeps what came before %s, and resumes from there', async (_, line, reason) => {
    const { next, synced, heard, reconnects } = harness();
    const exchange = await synced(5);
    exchange
      .send(modified(pod('a', 6)))
      .sendBytes(new TextEncoder().encode(line))
      .end();
    expect((await next()).query).toMatchObject({ resourceVersion: '6' });
    expect(heard.at(-1)).toEqual({ changes: ['MODIFIED a@6'] });
    expect(reconnects).toEqual([reason]);
  });

  it('waits when it is answered with something that is not the API', async () => {
    const { next, settle, clock, transport, reflector } = harness();
    (await next()).exchange.answer().send('<html>', '</html>').end();
    await settle();
    expect(transport.waiting).toBe(0);
    expect(reflector.state.lastError?.reason).toBe('MalformedResponse');
    await clock.advance(1200);
    expect(transport.waiting).toBe(1);
  });

  it('reads anew when the server twice says nothing to our version at all', async () => {
    const { next, synced, clock } = harness();
    (await synced(5, pod('a', 3))).send(modified(pod('a', 4)));
    await clock.advance(5000);
    for (const query of [{ resourceVersion: '5' }, { sendInitialEvents: 'true' }]) {
      await clock.advance(90_000 + 1200);
      const { exchange, query: asked } = await next();
      expect(asked).toMatchObject(query);
      exchange.answer();
    }
  });

  it.each([401, 403, 404])('keeps trying after %i, and says so', async (code) => {
    const { next, clock, states } = harness();
    for (let round = 0; round < 8; round++) {
      (await next()).exchange.answer(code).send(status(code, 'No')).end();
      await clock.advance(45_000);
    }
    expect(states.at(-1)).toMatchObject({ phase: 'listing', synced: false });
    expect(states.at(-1)?.lastError?.status).toBe(code);
    (await next()).exchange.answer().send(bookmark(5, true));
    await clock.advance(0);
    expect(states.at(-1)).toMatchObject({ phase: 'watching', synced: true, lastError: undefined });
  });
});

describe('the watchdog', () => {
  it('replaces a watch that is silent for 90 s', async () => {
    const { next, synced, clock, reconnects } = harness();
    const exchange = await synced(5);
    for (let minute = 0; minute < 3; minute++) {
      await clock.advance(60_000);
      exchange.send(bookmark(6 + minute));
    }
    await clock.advance(89_999);
    expect(exchange.isOver).toBe(false);
    await clock.advance(1);
    expect(exchange.isOver).toBe(true);
    expect((await next()).query).toMatchObject({ resourceVersion: '8' });
    expect(reconnects).toEqual(['silent']);
  });

  it('gives a server that sends no bookmarks the whole time of a watch', async () => {
    const { next, clock } = harness();
    (await next()).exchange.answer(400).end();
    (await next()).exchange.answer().send(podList(20, [])).end();
    const first = await next();
    first.exchange.answer();
    await clock.advance(90_000);
    const second = await next();
    second.exchange.answer();
    await clock.advance(90_000 + 1200);
    (await next()).exchange.answer().send(podList(20, [])).end();
    const third = await next();
    third.exchange.answer();
    await clock.advance(Number(third.query['timeoutSeconds']) * 1000 + 4999);
    expect(third.exchange.isOver).toBe(false);
    await clock.advance(1);
    expect(third.exchange.isOver).toBe(true);
  });

  it('ends a list whose page does not come, and an error whose body does not come', async () => {
    const { next, clock } = harness();
    (await next()).exchange.answer(400);
    await clock.advance(10_000);
    const page = await next();
    page.exchange.answer().sendBytes(new TextEncoder().encode('{"kind":"PodList","items":['));
    await clock.advance(90_000);
    expect(page.exchange.isOver).toBe(true);
    expect((await next()).query).toMatchObject({ limit: '500' });
  });
});

describe('stop', () => {
  const scripts: readonly [string, (h: ReturnType<typeof harness>) => Promise<unknown>][] = [
    ['while it connects', (h) => h.settle()],
    ['within the snapshot', async (h) => (await h.next()).exchange.answer().send(added(pod('a', 3)))],
    [
      'within a list',
      async (h) => {
        (await h.next()).exchange.answer(400).end();
        (await h.next()).exchange.answer().sendBytes(new TextEncoder().encode('{"items":[{'));
      },
    ],
    ['while it watches', (h) => h.synced(5)],
    ['while it reads an error', async (h) => (await h.next()).exchange.answer(500)],
    [
      'while it waits',
      async (h) => {
        (await h.next()).exchange.answer(500).end();
      },
    ],
    [
      'with events that it has not read yet',
      async (h) => {
        (await h.synced(5)).send(
          ...Array.from({ length: 600 }, (_, index) => added(pod(`p${String(index)}`, 6 + index))),
        );
      },
    ],
  ];
  it.each(scripts)('%s: closes the connection, leaves no timer, delivers nothing more', async (_, script) => {
    const h = harness();
    await script(h);
    await Promise.resolve();
    h.reflector.stop();
    h.reflector.stop();
    const before = h.heard.length;
    await h.clock.advance(300_000);
    expect(h.isOver()).toBe(true);
    expect(h.transport.open).toBe(0);
    expect(h.clock.pendingTimers).toBe(0);
    expect(h.heard).toHaveLength(before);
    expect(h.states.at(-1)?.phase).toBe('stopped');
  });

  it('closes a connection that comes up too late', async () => {
    const h = harness();
    const { exchange } = await h.next();
    exchange.answer();
    h.reflector.stop();
    exchange.send(added(pod('a', 3)), bookmark(4, true));
    await h.clock.advance(300_000);
    expect(h.heard).toEqual([]);
    expect(h.transport.open).toBe(0);
  });
});
