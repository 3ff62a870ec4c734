import { beforeEach, describe, expect, it } from '@jest/globals';
import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import type { InsideClient } from '../api/request.ts';
import { Store } from '../storage/store.ts';
import type { InsideController } from './controller.ts';
import { runControllers, type RunnerOptions } from './runner.ts';

let clock: VirtualClock;
let store: Store;
let looks: { readonly key: string; readonly atMs: number }[];
let errors: unknown[];

beforeEach(() => {
  clock = new VirtualClock();
  store = new Store();
  looks = [];
  errors = [];
});

function write(name: string, value = ''): void {
  const metadata = { name, namespace: 'default', uid: name };
  store.put('/configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value } }, undefined);
}

function run(parts: Partial<InsideController>, options: Partial<RunnerOptions> = {}): () => void {
  const controller: InsideController = {
    name: 'test-controller',
    keysOf: ({ name }) => [name],
    reconcile: () => undefined,
    ...parts,
  };
  const reconcile: InsideController['reconcile'] = (key, context) => {
    looks.push({ key, atMs: clock.monotonic() });
    return controller.reconcile(key, context);
  };
  return runControllers([{ ...controller, reconcile }], {
    store,
    client: {} as InsideClient,
    clock,
    rng: seededRng(1),
    onError: (_controller, _key, error) => errors.push(error),
    ...options,
  });
}

describe('a controller', () => {
  it('looks at what is there when it starts', async () => {
    write('before');
    run({});
    await clock.advance(0);
    expect(looks).toEqual([{ key: 'before', atMs: 0 }]);
  });

  it('looks once at what has changed several times, after its lag and never within the write', async () => {
    run({}, { lagMs: 50 });
    await clock.advance(1);
    write('a', '1');
    write('a', '2');
    expect(looks).toEqual([]);
    await clock.advance(1000);
    expect(looks).toEqual([{ key: 'a', atMs: 51 }]);
  });

  it('sees each state anew, and none that has gone', async () => {
    const seen: unknown[] = [];
    run({
      reconcile: (key, { view }) => {
        seen.push(view.get({ group: '', plural: 'configmaps' }, 'default', key)?.['data']);
        return undefined;
      },
    });
    write('a', '1');
    await clock.advance(1);
    write('a', '2');
    await clock.advance(1);
    store.remove('/configmaps', 'default/a');
    await clock.advance(1);
    expect(seen).toEqual([{ value: '1' }, { value: '2' }, undefined]);
  });

  it('tries again what failed, after longer and longer times, until it works', async () => {
    let left = 4;
    run({
      reconcile: () => {
        if (left-- > 0) throw new Error('not yet');
        return undefined;
      },
    });
    write('a');
    await clock.advance(60_000);
    expect(looks.map(({ atMs }) => atMs)).toEqual([0, 5, 15, 35, 75]);
    expect(errors).toHaveLength(4);
  });

  it('looks again when it said so', async () => {
    let wait: number | undefined = 300;
    run({
      reconcile: () => {
        const again = wait;
        wait = undefined;
        return again;
      },
    });
    write('a');
    await clock.advance(10_000);
    expect(looks.map(({ atMs }) => atMs)).toEqual([0, 300]);
  });

  it('does not harm a write by what it cannot understand', () => {
    run({
      keysOf: () => {
        throw new TypeError('strange');
      },
    });
    write('a');
    expect(store.get('/configmaps', 'default/a')).toBeDefined();
    expect(errors).toEqual([new TypeError('strange')]);
  });

  it('does nothing more when it is stopped', async () => {
    const stop = run({ reconcile: () => 100 });
    write('a');
    await clock.advance(1);
    stop();
    write('b');
    await clock.advance(10_000);
    expect(looks).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });
});
