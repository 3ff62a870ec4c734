import { describe, expect, it } from '@jest/globals';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import { KubeError } from '../core/errors.ts';
import { defineResource } from '../core/resource.ts';
import { silentLogger } from '../core/logger.ts';
import type { InformerHandle, ReflectorState } from '../informer/informer.ts';
import { SharedInformer } from '../informer/shared-informer.ts';
import { noMetrics } from '../metrics/none.ts';
import { podList } from '../reflector/pods.spec-helper.ts';
import { type ScriptedExchange, ScriptedTransport } from '../reflector/scripted-transport.spec-helper.ts';
import { informerCheck, runChecks } from './checks.ts';

describe('runChecks', () => {
  it('passes only if all do, and tells of each', () => {
    const ok = { name: 'a', check: () => undefined };
    const thrower = {
      name: 'c',
      check: (): string => {
        throw new Error('bug');
      },
    };
    expect(runChecks([])).toEqual({ passed: true, text: 'check passed\n' });
    expect(runChecks([ok]).passed).toBe(true);
    expect(runChecks([{ name: 'b', check: () => 'why' }, thrower, ok])).toEqual({
      passed: false,
      text: '[-]b failed: why\n[-]c failed: bug\n[+]a ok\ncheck failed\n',
    });
  });
});

describe('informerCheck', () => {
  const resource = defineResource({
    group: 'g',
    version: 'v1',
    plural: 'widgets',
    kind: 'Widget',
    namespaced: true,
  });
  const healthy: ReflectorState = {
    phase: 'watching',
    synced: true,
    resourceVersion: '1',
    lastHeardAt: 0,
    lastError: undefined,
  };

  function check(state: Partial<ReflectorState>, clock: VirtualClock) {
    const informer: Pick<InformerHandle, 'resource' | 'state'> = {
      resource,
      state: { ...healthy, ...state },
    };
    return informerCheck(informer, clock);
  }

  it('passes while something is heard now and then', async () => {
    const clock = new VirtualClock();
    await clock.advance(270_000);
    expect(check({}, clock).name).toBe('informer-widgets.g');
    expect(check({}, clock).check()).toBeUndefined();
    await clock.advance(1_000);
    expect(check({}, clock).check()).toBe('nothing heard from the API server for 271 s');
  });

  it('passes all the time with a server that sends no bookmarks and ends its watches late', async () => {
    const clock = new VirtualClock();
    const transport = new ScriptedTransport();
    const informer = new SharedInformer({
      transport,
      clock,
      rng: { ...seededRng(1), next: () => 1 - Number.EPSILON },
      logger: silentLogger,
      metrics: noMetrics.informer('widgets.g'),
      resource,
      scope: {},
    });
    const answer = (exchange: ScriptedExchange): void => {
      const { query = {} } = exchange.request;
      if (query['sendInitialEvents'] === 'true') exchange.answer(422).end();
      else if (query['watch'] === '1') exchange.answer();
      else exchange.answer().send(podList(5, [])).end();
    };
    informer.start();
    let longestMs = 0;
    for (let second = 0; second < 3600; second++) {
      await clock.advance(1000);
      while (transport.waiting > 0) answer(transport.take());
      await clock.advance(0);
      longestMs = Math.max(longestMs, clock.monotonic() - informer.state.lastHeardAt);
      if (second > 5)
        expect(informerCheck({ resource, state: informer.state }, clock).check()).toBeUndefined();
    }
    expect(longestMs).toBeGreaterThan(230_000);
    await informer.stop();
  });

  it('fails before the first snapshot, with the reason and the remedy', () => {
    const lastError = new KubeError('GET /apis/g/v1/widgets: not found', { reason: 'NotFound' });
    expect(check({ synced: false, lastHeardAt: -Infinity }, new VirtualClock()).check()).toBe(
      'not synced yet',
    );
    expect(check({ synced: false, lastError }, new VirtualClock()).check()).toMatch(
      /^not synced yet \(GET \/apis\/g\/v1\/widgets: not found: .*install the current CustomResourceDefinitions first\)$/,
    );
  });
});
