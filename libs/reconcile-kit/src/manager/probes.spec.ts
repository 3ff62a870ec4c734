import { afterEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '../core/logger.ts';
import { createProbeServer, type ProbeServerOptions } from './probes.ts';
import { StartError } from './start-error.ts';

describe('createProbeServer', () => {
  const running: { readonly stop: AbortController; readonly ended: Promise<void> }[] = [];

  afterEach(async () => {
    for (const { stop, ended } of running.splice(0)) {
      stop.abort();
      await ended;
    }
  });

  async function serve(options: Partial<ProbeServerOptions> = {}) {
    const stop = new AbortController();
    const server = createProbeServer({
      logger: silentLogger,
      host: '127.0.0.1',
      port: 0,
      portFlag: '--metrics-port',
      ready: [],
      ...options,
    });
    const ended = server.run(stop.signal, new AbortController().signal);
    running.push({ stop, ended });
    expect(await server.ready?.(stop.signal)).toBe(true);
    const get = async (path: string, init?: RequestInit) => {
      const response = await fetch(`http://127.0.0.1:${String(server.address?.port)}${path}`, init);
      return [response.status, await response.text(), response.headers.get('content-type')] as const;
    };
    return { server, get, stop, ended };
  }

  it('is ready once all checks pass, and says which do not', async () => {
    let failure: string | undefined = 'not synced yet';
    const { get } = await serve({ ready: [{ name: 'informer-pods', check: () => failure }] });
    expect(await get('/readyz')).toEqual([
      503,
      '[-]informer-pods failed: not synced yet\ncheck failed\n',
      'text/plain; charset=utf-8',
    ]);
    failure = undefined;
    expect((await get('/readyz')).slice(0, 2)).toEqual([200, 'ok']);
    expect((await get('/readyz?verbose'))[1]).toBe('[+]informer-pods ok\ncheck passed\n');
  });

  it('keeps health and readiness apart', async () => {
    const { get } = await serve({ ready: [{ name: 'a', check: () => 'no' }] });
    expect((await get('/healthz')).slice(0, 2)).toEqual([200, 'ok']);
    const wedged = await serve({ health: [{ name: 'b', check: () => 'wedged' }] });
    expect((await wedged.get('/healthz'))[0]).toBe(503);
  });

  it('serves metrics, and survives that they fail', async () => {
    const { get } = await serve({
      metrics: () => Promise.resolve({ contentType: 'text/x', body: 'up 1\n' }),
    });
    expect(await get('/metrics')).toEqual([200, 'up 1\n', 'text/x']);
    const failing = await serve({ metrics: () => Promise.reject(new Error('bug')) });
    expect((await failing.get('/metrics'))[0]).toBe(500);
    expect((await failing.get('/healthz'))[0]).toBe(200);
    expect((await (await serve()).get('/metrics'))[0]).toBe(404);
  });

  it('answers nothing else', async () => {
    const { get } = await serve();
    expect((await get('/'))[0]).toBe(404);
    expect((await get('/readyz', { method: 'POST' }))[0]).toBe(405);
    expect((await get('/readyz', { method: 'HEAD' })).slice(0, 2)).toEqual([200, '']);
  });

  it('says which flag to set when the port is taken', async () => {
    const { server: first } = await serve();
    const port = first.address?.port ?? 0;
    const second = createProbeServer({
      logger: silentLogger,
      host: '127.0.0.1',
      port,
      portFlag: '--metrics-port',
      ready: [],
    });
    const { signal } = new AbortController();
    const ended = second.run(signal, signal);
    const ready = second.ready?.(signal);
    await expect(ended).rejects.toThrow(StartError);
    await expect(ended).rejects.toThrow(
      `port ${String(port)} is in use: stop what listens there or set --metrics-port`,
    );
    expect(await ready).toBe(false);
  });

  it('does not wait for connections that are kept open', async () => {
    const { get, stop, ended } = await serve();
    await get('/healthz');
    stop.abort();
    await ended;
  });
});
