import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@neo4j-operator/clock';
import fc from 'fast-check';
import { KubeError, type KubeErrorReason } from '../core/errors.ts';
import { keyOf, objectKey } from '../core/key.ts';
import type { KubeObject, Stored } from '../core/object.ts';
import { defineResource } from '../core/resource.ts';
import type { KubeRequest, KubeTransport } from '../transport/transport.ts';
import { type KubeClientOptions, createKubeClient } from './kube-client.ts';

interface Widget extends KubeObject {
  readonly size?: number;
}

const widgets = defineResource<Widget>({
  group: 'example.com',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
});
const nodes = defineResource({ group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false });

function widget(more: Partial<Stored['metadata']> & Readonly<Record<string, unknown>> = {}): Stored<Widget> {
  const metadata = { name: 'w', namespace: 'n', uid: 'u1', resourceVersion: '5', ...more };
  return { apiVersion: 'example.com/v1', kind: 'Widget', metadata };
}

const key = keyOf(widget());
const collection = '/apis/example.com/v1/namespaces/n/widgets';

/** An answer, or why there is none. */
type Answer =
  | KubeErrorReason
  | {
      readonly status?: number;
      readonly body?: unknown;
      readonly retryAfter?: string;
      readonly takesMs?: number;
    };

const ok = (body: unknown = widget()): Answer => ({ body });
const refused = (
  status: number,
  more: { readonly reason?: string; readonly retryAfter?: string } = {},
): Answer => ({
  status,
  body: { kind: 'Status', status: 'Failure', code: status, reason: more.reason },
  ...(more.retryAfter === undefined ? {} : { retryAfter: more.retryAfter }),
});

const notFound = (details: object = {}): Answer => ({
  status: 404,
  body: { kind: 'Status', status: 'Failure', code: 404, reason: 'NotFound', details },
});
/** A deletion that left nothing. */
const done = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };

/** A client whose requests are answered in turn. `told` is what gate, server and observer were told, in order. */
function bench(answers: readonly Answer[], more: Partial<KubeClientOptions> = {}) {
  const clock = new VirtualClock();
  const requests: KubeRequest[] = [];
  const told: string[] = [];
  const transport: KubeTransport = {
    async request(request) {
      told.push(`${request.method} at ${String(clock.monotonic())}`);
      const answer = answers[requests.push(request) - 1];
      if (answer === undefined) throw new Error('one request too many');
      if (typeof answer === 'string') throw new KubeError(answer, { reason: answer });
      if (answer.takesMs !== undefined) await clock.advance(answer.takesMs);
      const { status = 200, body, retryAfter } = answer;
      return {
        status,
        headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
        body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
      };
    },
    stream: () => Promise.reject(new Error('nothing is streamed')),
    close: () => Promise.resolve(),
  };
  const client = createKubeClient({
    transport,
    clock,
    gate: { admit: (deadlineMs) => told.push(`admit ${String(deadlineMs)}`) },
    observer: {
      written: (_, object) => told.push(`written ${keyOf(object)}@${object.metadata.resourceVersion}`),
      deleted: (_, gone, uid) => told.push(`deleted ${gone} ${uid}`),
    },
    ...more,
  });
  /** The result, or the error, after some time. */
  async function after<R>(ms: number, result: Promise<R>): Promise<R | Error> {
    const settled = result.catch((error: unknown) => error as Error);
    await clock.advance(ms);
    return Promise.race([settled, Promise.resolve(new Error('still waiting'))]);
  }
  function sent(): KubeRequest {
    const [request] = requests;
    if (request === undefined) throw new Error('nothing was sent');
    return request;
  }
  return { client, requests, told, sent, after };
}

const bodyOf = (request: KubeRequest): unknown => JSON.parse(request.body ?? 'null');

describe('get', () => {
  it('reads the newest state, without what the server keeps for field managers', async () => {
    const { client, requests } = bench([ok(widget({ managedFields: [{ manager: 'x' }] }))]);
    expect(await client.get(widgets, key)).toEqual(widget());
    expect(requests).toEqual([{ method: 'GET', path: `${collection}/w`, deadlineMs: 10_000 }]);
  });

  it('finds none', async () => {
    expect(await bench([notFound()]).client.get(widgets, key)).toBeUndefined();
    expect(await bench([notFound({ name: 'w', kind: 'widgets' })]).client.get(widgets, key)).toBeUndefined();
  });

  it.each<[string, Answer]>([
    ["a proxy's page", { status: 404, body: '<html>default backend - 404</html>' }],
    ['a path that the server does not know', { status: 404, body: '404 page not found\n' }],
    ['another object', notFound({ name: 'n', kind: 'namespaces' })],
    ['no reason', refused(404)],
  ])('does not take a 404 about %s for absence', async (_, answer) => {
    await expect(bench([answer]).client.get(widgets, key)).rejects.toMatchObject({
      reason: 'UnexpectedStatus',
      status: 404,
    });
  });

  it('keeps names as they are, capitals and all', async () => {
    const { client, sent } = bench([ok()]);
    await client.get(widgets, objectKey('n', 'system:Node-A.b'));
    expect(sent().path).toBe(`${collection}/system%3ANode-A.b`);
  });

  it('finds objects without a namespace', async () => {
    const { client, sent } = bench([ok()]);
    await client.get(nodes, objectKey(undefined, 'n1'));
    expect(sent().path).toBe('/api/v1/nodes/n1');
  });

  it('passes on signal and deadline, and asks no gate', async () => {
    const { client, sent, told } = bench([ok()]);
    const { signal } = new AbortController();
    await client.get(widgets, key, { signal, deadlineMs: 700 });
    expect(sent()).toMatchObject({ signal, deadlineMs: 700 });
    expect(told).toEqual(['GET at 0']);
  });

  it.each([
    '<html>login</html>',
    'null',
    '7',
    '{}',
    '[]',
    '{"kind":"Status","status":"Success","metadata":{}}',
    '{"metadata":{"name":"w","resourceVersion":"5"}}',
  ])('does not take %s for an object', async (body) => {
    await expect(bench([ok(body)]).client.get(widgets, key)).rejects.toMatchObject({
      reason: 'MalformedResponse',
    });
  });
});

describe('list', () => {
  it('reads page by page and names what it reads', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }), async (sizes) => {
        const pages = sizes.map((size, page) =>
          Array.from({ length: size }, (_, at) => ({
            metadata: {
              name: `${String(page)}-${String(at)}`,
              namespace: 'n',
              uid: 'u',
              resourceVersion: '1',
            },
          })),
        );
        const answers = pages.map((items, page) =>
          ok({ metadata: { continue: page < pages.length - 1 ? `token-${String(page)}` : '' }, items }),
        );
        const { client, requests } = bench(answers);
        const found = await client.list(widgets, {
          namespace: 'n',
          labelSelector: 'a=b',
          fieldSelector: 'c=d',
        });
        expect(found).toEqual(
          pages.flat().map((item) => ({ ...item, apiVersion: 'example.com/v1', kind: 'Widget' })),
        );
        expect(requests.map(({ path, query }) => [path, query])).toEqual(
          pages.map((_, page) => [
            collection,
            {
              limit: '500',
              labelSelector: 'a=b',
              fieldSelector: 'c=d',
              continue: page === 0 ? undefined : `token-${String(page - 1)}`,
            },
          ]),
        );
      }),
    );
  });

  it.each([
    '{}',
    '[]',
    '{"metadata":{"resourceVersion":"5"},"items":null}',
    '{"kind":"Status","status":"Success"}',
    '{"items":[null]}',
    '{"items":[{"metadata":{"name":"w"}}]}',
  ])('does not take %s for a list', async (body) => {
    await expect(bench([ok(body)]).client.list(widgets)).rejects.toMatchObject({
      reason: 'MalformedResponse',
    });
  });

  it('finds no objects, and looks into all namespaces', async () => {
    const { client, sent } = bench([ok({ metadata: {}, items: [] })]);
    expect(await client.list(widgets)).toEqual([]);
    expect(sent().path).toBe('/apis/example.com/v1/widgets');
  });

  it('cuts off managed fields', async () => {
    const [found] = await bench([ok({ items: [widget({ managedFields: [] })] })]).client.list(widgets);
    expect(found).toEqual(widget());
  });

  it('gives up when the token has expired on the way', async () => {
    const { client } = bench([ok({ metadata: { continue: 't' }, items: [] }), refused(410)]);
    await expect(client.list(widgets)).rejects.toMatchObject({ reason: 'Gone' });
  });
});

describe('writes', () => {
  it('create with POST to the collection', async () => {
    const { client, sent } = bench([ok()]);
    await client.create(widgets, widget());
    expect(sent()).toEqual({
      method: 'POST',
      path: collection,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(widget()),
      deadlineMs: 10_000,
      admit: expect.any(Function),
    });
  });

  it('apply as one field manager, and only by force if told so', async () => {
    const { client, requests } = bench([ok(), ok()]);
    await client.apply(widgets, widget(), { fieldManager: 'me', force: true });
    await client.apply(widgets, widget(), { fieldManager: 'me', force: false, subresource: 'status' });
    expect(requests).toEqual([
      expect.objectContaining({
        method: 'PATCH',
        path: `${collection}/w`,
        query: { fieldManager: 'me', force: 'true' },
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: JSON.stringify(widget()),
      }),
      expect.objectContaining({
        path: `${collection}/w/status`,
        query: { fieldManager: 'me', force: undefined },
      }),
    ]);
  });

  it('patch with JSON Patch', async () => {
    const { client, sent } = bench([ok()]);
    await client.jsonPatch(widgets, key, [{ op: 'remove', path: '/size' }], { subresource: 'status' });
    expect(sent()).toMatchObject({
      method: 'PATCH',
      path: `${collection}/w/status`,
      headers: { 'content-type': 'application/json-patch+json' },
    });
    expect(bodyOf(sent())).toEqual([{ op: 'remove', path: '/size' }]);
  });

  it('replace with PUT, the version going along', async () => {
    const { client, sent } = bench([ok()]);
    await client.replace(widgets, widget());
    expect(sent()).toMatchObject({ method: 'PUT', path: `${collection}/w` });
    expect(bodyOf(sent())).toMatchObject({ metadata: { resourceVersion: '5' } });
  });

  it('delete the object of this uid and no namesake', async () => {
    const { client, requests } = bench([ok(done), ok(done)]);
    await client.delete(widgets, key, { uid: 'u1' });
    await client.delete(widgets, key, { uid: 'u1', resourceVersion: '5', propagation: 'Foreground' });
    const options = { apiVersion: 'v1', kind: 'DeleteOptions' };
    expect(requests.map(bodyOf)).toEqual([
      { ...options, propagationPolicy: 'Background', preconditions: { uid: 'u1' } },
      { ...options, propagationPolicy: 'Foreground', preconditions: { uid: 'u1', resourceVersion: '5' } },
    ]);
    expect(requests[0]).toMatchObject({ method: 'DELETE', path: `${collection}/w` });
  });

  it('have the gate asked again when they are about to be sent', async () => {
    const { client, sent, told } = bench([ok(), ok(done)]);
    await client.create(widgets, widget(), { deadlineMs: 700.5 });
    sent().admit?.(300);
    expect(told).toEqual(['admit 700.5', 'POST at 0', 'written n/w@5', 'admit 300']);
  });

  it('fail with what the gate says then, and nothing has happened', async () => {
    const { client, told } = bench(['WriteDenied']);
    await expect(client.create(widgets, widget())).rejects.toMatchObject({ reason: 'WriteDenied' });
    expect(told).toEqual(['admit 10000', 'POST at 0']);
  });

  it('are not sent when the gate is closed', async () => {
    const closed = new KubeError('closed', { reason: 'WriteDenied' });
    const { client, requests, told } = bench([], {
      gate: {
        admit: () => {
          throw closed;
        },
      },
    });
    await expect(client.create(widgets, widget())).rejects.toBe(closed);
    await expect(client.delete(widgets, key, { uid: 'u1' })).rejects.toBe(closed);
    expect([requests, told]).toEqual([[], []]);
  });
});

describe('the observer', () => {
  const write = {
    create: (client: ReturnType<typeof createKubeClient>) => client.create(widgets, widget()),
    patch: (client: ReturnType<typeof createKubeClient>) => client.jsonPatch(widgets, key, []),
    delete: (client: ReturnType<typeof createKubeClient>) => client.delete(widgets, key, { uid: 'u1' }),
  };
  const deletionTimestamp = '2026-01-01T00:00:00Z';

  it.each<[keyof typeof write, string, unknown, string]>([
    ['create', 'the object', widget({ resourceVersion: '6' }), 'written n/w@6'],
    ['patch', 'the object', widget({ resourceVersion: '6' }), 'written n/w@6'],
    [
      'patch',
      'an object that a finalizer holds back',
      widget({ deletionTimestamp, finalizers: ['f'] }),
      'written n/w@5',
    ],
    [
      'patch',
      'an object whose last finalizer has gone',
      widget({ deletionTimestamp, finalizers: [] }),
      'deleted n/w u1',
    ],
    ['patch', 'an object that nothing holds back', widget({ deletionTimestamp }), 'deleted n/w u1'],
    [
      'patch',
      'a pod that may take its time',
      widget({ deletionTimestamp, deletionGracePeriodSeconds: 30 }),
      'written n/w@5',
    ],
    [
      'patch',
      'a namespace that is not empty yet',
      { ...widget({ deletionTimestamp }), spec: { finalizers: ['kubernetes'] } },
      'written n/w@5',
    ],
    [
      'delete',
      'a namespace that is not empty yet',
      { ...widget({ deletionTimestamp }), spec: { finalizers: ['kubernetes'] } },
      'written n/w@5',
    ],
    ['delete', 'an object that is not being deleted', widget(), 'written n/w@5'],
    ['delete', 'a Status', done, 'deleted n/w u1'],
    [
      'delete',
      'an object that a finalizer holds back',
      widget({ deletionTimestamp, finalizers: ['f'] }),
      'written n/w@5',
    ],
    [
      'delete',
      'a pod that may take its time',
      widget({ deletionTimestamp, deletionGracePeriodSeconds: 30 }),
      'written n/w@5',
    ],
    [
      'delete',
      'an object that nothing holds back',
      widget({ deletionTimestamp, deletionGracePeriodSeconds: 0 }),
      'deleted n/w u1',
    ],
  ])('learns from a %s that is answered with %s', async (how, _, body, expected) => {
    const { client, told } = bench([ok(body)]);
    await write[how](client);
    expect(told.slice(2)).toEqual([expected]);
  });

  it('learns that what is gone already is gone', async () => {
    const { client, told } = bench([notFound(), notFound()]);
    await client.delete(widgets, key, { uid: 'u1' });
    expect(told.slice(2)).toEqual(['deleted n/w u1']);
    await expect(client.jsonPatch(widgets, key, [])).rejects.toMatchObject({ reason: 'NotFound' });
    expect(told.slice(5)).toEqual([]);
  });

  const withoutAnswer: Answer[] = [
    'ConnectionLost',
    'DeadlineExceeded',
    'Aborted',
    refused(500),
    refused(503),
    refused(504),
    ok('<html>'),
    ok({}),
    ok([]),
    ok({ kind: 'Status', status: 'Failure' }),
    { status: 404, body: '<html>default backend - 404</html>' },
  ];
  it.each(withoutAnswer.flatMap((answer) => Object.values(write).map((how) => [answer, how] as const)))(
    'is not told of an outcome that is unknown: %j (%p)',
    async (answer, how) => {
      const { client, told } = bench([answer]);
      await expect(how(client)).rejects.toMatchObject({ outcomeUnknown: true });
      expect(told.slice(2)).toEqual([]);
    },
  );

  const without: Answer[] = ['ConnectionFailed', 'TlsFailed', refused(403), refused(409), refused(422)];
  it.each(without.flatMap((answer) => Object.values(write).map((how) => [answer, how] as const)))(
    'learns nothing when nothing has happened: %j (%p)',
    async (answer, how) => {
      const { client, told } = bench([answer]);
      await expect(how(client)).rejects.toMatchObject({ outcomeUnknown: false });
      expect(told.slice(2)).toEqual([]);
    },
  );

  it('learns nothing from reads', async () => {
    const { client, told } = bench(['ConnectionLost']);
    await expect(client.get(widgets, key)).rejects.toMatchObject({ reason: 'ConnectionLost' });
    expect(told).toEqual(['GET at 0']);
  });
});

describe('retries', () => {
  it('come when the server has asked to wait, after the gate was asked anew', async () => {
    const { client, told, requests, after } = bench([refused(429, { retryAfter: '3' }), ok()]);
    expect(await after(3000, client.create(widgets, widget()))).toEqual(widget());
    expect(told).toEqual(['admit 10000', 'POST at 0', 'admit 7000', 'POST at 3000', 'written n/w@5']);
    expect(requests[1]).toMatchObject({ deadlineMs: 7000 });
  });

  it('come after a second if the server does not say when', async () => {
    const { client, told, after } = bench([refused(429), ok()]);
    await after(1000, client.get(widgets, key));
    expect(told).toEqual(['GET at 0', 'GET at 1000']);
  });

  it('do not come at once even if the server says so', async () => {
    const { client, told, after } = bench([
      refused(429, { retryAfter: '0' }),
      refused(503, { retryAfter: '0' }),
      ok(),
    ]);
    await after(200, client.get(widgets, key));
    expect(told).toEqual(['GET at 0', 'GET at 100', 'GET at 200']);
  });

  it('do not come if the gate has closed meanwhile', async () => {
    let asked = 0;
    const gate = {
      admit: () => {
        if (++asked > 1) throw new KubeError('closed', { reason: 'WriteDenied' });
      },
    };
    const { client, requests, after } = bench([refused(429)], { gate });
    expect(await after(1000, client.create(widgets, widget()))).toMatchObject({ reason: 'WriteDenied' });
    expect(requests).toHaveLength(1);
  });

  it('do not come if they would be too late', async () => {
    const { client, requests } = bench([
      refused(429, { retryAfter: '10' }),
      refused(429, { retryAfter: '1' }),
    ]);
    await expect(client.get(widgets, key)).rejects.toMatchObject({
      reason: 'TooManyRequests',
      retryAfterMs: 10_000,
    });
    await expect(client.get(widgets, key, { deadlineMs: 900 })).rejects.toMatchObject({
      reason: 'TooManyRequests',
    });
    expect(requests).toHaveLength(2);
  });

  it('end with the deadline that all of them share', async () => {
    const { client, told, after } = bench(
      Array.from({ length: 20 }, () => refused(429, { retryAfter: '4' })),
    );
    expect(await after(60_000, client.get(widgets, key))).toMatchObject({ reason: 'TooManyRequests' });
    expect(told).toEqual(['GET at 0', 'GET at 4000', 'GET at 8000']);
  });

  it('end when the caller gives up', async () => {
    const { client, requests, after } = bench([refused(429)]);
    const abort = new AbortController();
    const result = client.get(widgets, key, { signal: abort.signal });
    await after(500, Promise.resolve());
    abort.abort();
    expect(await after(0, result)).toMatchObject({ reason: 'TooManyRequests' });
    expect(requests).toHaveLength(1);
  });

  it.each([503, 504])('come for reads after %i with a time to wait', async (status) => {
    const { client, requests, after } = bench([refused(status, { retryAfter: '1' }), ok()]);
    expect(await after(1000, client.get(widgets, key))).toEqual(widget());
    expect(requests).toHaveLength(2);
  });

  it.each<[string, Answer]>([
    ['503 without a time to wait', refused(503)],
    ['500', refused(500, { retryAfter: '1' })],
    ['a lost connection', 'ConnectionLost'],
    ['a refused connection', 'ConnectionFailed'],
  ])('do not come for reads after %s', async (_, answer) => {
    const { client, requests, after } = bench([answer]);
    expect(await after(5000, client.get(widgets, key))).toBeInstanceOf(KubeError);
    expect(requests).toHaveLength(1);
  });

  it.each([500, 503, 504])('do not come for writes after %i, whatever the time to wait', async (status) => {
    const { client, requests, after } = bench([refused(status, { retryAfter: '1' })]);
    expect(await after(5000, client.create(widgets, widget()))).toMatchObject({ status, retryAfterMs: 1000 });
    expect(requests).toHaveLength(1);
  });
});
