import { describe, expect, it } from '@jest/globals';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import type { LogFields, Logger } from '../core/logger.ts';
import { InformerRegistry } from '../informer/registry.ts';
import { noMetrics } from '../metrics/none.ts';
import { bookmark, type Pod, pods, status } from '../reflector/pods.spec-helper.ts';
import { type ScriptedExchange, ScriptedTransport } from '../reflector/scripted-transport.spec-helper.ts';
import { informerChecks, runInformers } from './informers.ts';

function bench() {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport();
  const errors: [LogFields, string][] = [];
  const nothing = (): void => undefined;
  const logger: Logger = {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (fields, message) => errors.push([fields, message]),
    child: () => logger,
  };
  const registry = new InformerRegistry({ transport, clock, rng: seededRng(1), logger, metrics: noMetrics });
  registry.acquire<Pod>(pods);
  const stop = new AbortController();
  const informers = runInformers(registry, logger);
  let isRunning = false;
  const run = (): void => {
    isRunning = true;
    void informers.run(stop.signal, stop.signal).then(() => {
      isRunning = false;
    });
  };
  /** The next request, after any back-off. */
  async function next(): Promise<ScriptedExchange> {
    await clock.advance(60_000);
    return transport.take();
  }
  return { clock, transport, errors, registry, stop, informers, run, next, isRunning: () => isRunning };
}

const fill = (exchange: ScriptedExchange): ScriptedExchange => exchange.answer().send(bookmark(5, true));

describe('runInformers', () => {
  it('starts them, is ready when all are synced, and ends with them', async () => {
    const { clock, transport, stop, informers, run, isRunning } = bench();
    run();
    let ready: boolean | undefined;
    void informers.ready?.(stop.signal).then((synced) => {
      ready = synced;
    });
    await clock.advance(0);
    expect(ready).toBeUndefined();
    const exchange = fill(transport.take());
    await clock.advance(0);
    expect(ready).toBe(true);
    expect(isRunning()).toBe(true);
    stop.abort();
    await clock.advance(0);
    expect(isRunning()).toBe(false);
    expect(exchange.isOver).toBe(true);
  });

  it('is not ready when it ends before', async () => {
    const { clock, stop, informers, run } = bench();
    run();
    const ready = informers.ready?.(stop.signal);
    stop.abort();
    await clock.advance(0);
    expect(await ready).toBe(false);
  });

  it('says once what somebody has to change, and again when it is back', async () => {
    const { errors, run, next } = bench();
    run();
    const forbid = async (): Promise<void> => {
      (await next()).answer(403).send(status(403, 'Forbidden')).end();
    };
    await forbid();
    await forbid();
    await forbid();
    const exchange = fill(await next());
    expect(errors).toEqual([
      [{ resource: 'pods' }, expect.stringContaining('grant this permission to the service account')],
    ]);

    await next().catch(() => undefined);
    exchange.end();
    await forbid();
    await next();
    expect(errors).toHaveLength(2);
  });

  it('says so when the CustomResourceDefinition is missing, as the API server tells it', async () => {
    const { errors, run, next } = bench();
    run();
    (await next()).answer(404).send('404 page not found').end();
    await next();
    expect(errors).toEqual([
      [{ resource: 'pods' }, expect.stringContaining('install the current CustomResourceDefinitions')],
    ]);
  });

  it('says nothing of what passes by itself', async () => {
    const { errors, run, next } = bench();
    run();
    (await next()).answer(500).send(status(500, 'InternalError')).end();
    (await next()).fail('ConnectionLost');
    await next();
    expect(errors).toEqual([]);
  });
});

describe('informerChecks', () => {
  it('names those that are not synced, and those alone', async () => {
    const { clock, transport, registry, run } = bench();
    registry.acquire({ ...pods, plural: 'others' });
    const [check] = informerChecks(registry, clock);
    run();
    await clock.advance(0);
    expect(check?.check()).toBe(
      '[-]informer-pods failed: not synced yet; [-]informer-others failed: not synced yet',
    );
    fill(transport.take());
    await clock.advance(0);
    expect(check?.check()).toBe('[-]informer-others failed: not synced yet');
    fill(transport.take());
    await clock.advance(0);
    expect(check?.check()).toBeUndefined();
  });

  it('covers informers that come later', () => {
    const { clock, registry } = bench();
    const [check] = informerChecks(registry, clock);
    registry.acquire({ ...pods, plural: 'late' });
    expect(check?.check()).toMatch('informer-late');
  });
});
