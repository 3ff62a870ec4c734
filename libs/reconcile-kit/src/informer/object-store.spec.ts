import { describe, expect, it } from '@jest/globals';
import { keyOf } from '../core/key.ts';
import type { Stored } from '../core/object.ts';
import { type Pod, pod } from '../reflector/pods.spec-helper.ts';
import type { Delta } from './informer.ts';
import { ObjectStore } from './object-store.ts';

const shown = (deltas: readonly Delta<Pod>[]): readonly string[] =>
  deltas.map((delta) =>
    delta.type === 'deleted'
      ? `deleted ${delta.prev.metadata.uid}@${delta.prev.metadata.resourceVersion}${delta.finalStateUnknown ? '?' : ''}`
      : `${delta.type} ${delta.next.metadata.uid}@${delta.next.metadata.resourceVersion}`,
  );

function store(...objects: readonly Stored<Pod>[]): ObjectStore<Pod> {
  const made = new ObjectStore<Pod>();
  made.replace(objects, '100', false);
  return made;
}

const a = (version: number, uid = 'A'): Stored<Pod> => pod('a', version, { uid });
const key = keyOf(a(1));

describe('an event', () => {
  it('that is not newer changes nothing', () => {
    const pods = store(a(60));
    for (const version of [9, 55, 60]) {
      for (const type of ['ADDED', 'MODIFIED'] as const)
        expect(pods.apply({ type, object: a(version) })).toEqual([]);
    }
    expect(pods.get(key)).toEqual(a(60));
    expect(shown(pods.apply({ type: 'MODIFIED', object: a(100) }))).toEqual(['updated A@100']);
  });

  it('of another uid under the same name is the end of one object and the beginning of another', () => {
    expect(shown(store(a(60)).apply({ type: 'MODIFIED', object: a(70, 'B') }))).toEqual([
      'deleted A@60?',
      'added B@70',
    ]);
  });

  it('of a deletion carries the last state', () => {
    expect(shown(store(a(60)).apply({ type: 'DELETED', object: a(61) }))).toEqual(['deleted A@61']);
  });

  it('of the deletion of a namesake counts only if it came later', () => {
    expect(store(a(60, 'B')).apply({ type: 'DELETED', object: a(59) })).toEqual([]);
    expect(shown(store(a(60)).apply({ type: 'DELETED', object: a(70, 'B') }))).toEqual(['deleted A@60?']);
  });

  it('that comes late does not bring a deleted object back', () => {
    const pods = store(a(60));
    pods.apply({ type: 'DELETED', object: a(70) });
    expect(pods.apply({ type: 'MODIFIED', object: a(65) })).toEqual([]);
    expect(pods.size).toBe(0);
  });

  it('brings an object back that matches a selector again', () => {
    const pods = store(a(60));
    pods.apply({ type: 'DELETED', object: a(70) });
    expect(shown(pods.apply({ type: 'ADDED', object: a(71) }))).toEqual(['added A@71']);
  });
});

describe('an own deletion', () => {
  it('holds against every event that is still under way, even before the object was seen', () => {
    const pods = store();
    expect(pods.remove(key, 'A')).toEqual([]);
    expect(pods.apply({ type: 'ADDED', object: a(120) })).toEqual([]);
    expect(pods.upsert(a(130))).toEqual([]);
    expect(pods.apply({ type: 'DELETED', object: a(140) })).toEqual([]);
    expect(pods.apply({ type: 'MODIFIED', object: a(130) })).toEqual([]);
    expect(pods.reveal('A')).toEqual([]);
  });

  it('that is taken back brings the newest state that was kept back', () => {
    const pods = store(a(60));
    pods.remove(key, 'A');
    pods.remove(key, 'A');
    expect(shown(pods.reveal('A'))).toEqual(['added A@60']);
    pods.remove(key, 'A');
    pods.apply({ type: 'MODIFIED', object: a(80) });
    pods.upsert(a(70));
    expect(shown(pods.reveal('A'))).toEqual(['added A@80']);
    expect(pods.apply({ type: 'MODIFIED', object: a(75) })).toEqual([]);
    expect(shown(pods.apply({ type: 'MODIFIED', object: a(90) }))).toEqual(['updated A@90']);
    expect(pods.reveal('A')).toEqual([]);
  });

  it('that is taken back brings nothing back that a namesake has replaced', () => {
    const pods = store(a(60));
    pods.remove(key, 'A');
    pods.apply({ type: 'ADDED', object: a(70, 'B') });
    expect(pods.reveal('A')).toEqual([]);
    expect(pods.get(key)).toEqual(a(70, 'B'));
  });

  it('gives way to a snapshot that lists the object all the same, and no version goes back', () => {
    const pods = store(a(60));
    pods.remove(key, 'A');
    expect(shown(pods.replace([a(60)], '130', false))).toEqual(['added A@60']);
    pods.upsert(a(150));
    pods.remove(key, 'A');
    expect(shown(pods.replace([a(60)], '140', false))).toEqual(['added A@150']);
    expect(shown(pods.apply({ type: 'DELETED', object: a(160) }))).toEqual(['deleted A@160']);
  });

  it('is confirmed by a snapshot without the object, and goes on to hold', () => {
    const pods = store(a(60));
    pods.remove(key, 'A');
    expect(pods.replace([], '130', false)).toEqual([]);
    expect(pods.apply({ type: 'MODIFIED', object: a(70) })).toEqual([]);
    pods.replace([], '130', false);
    expect(pods.reveal('A')).toEqual([]);
  });

  it('of what is newer than a snapshot is not confirmed by it', () => {
    const pods = store();
    pods.upsert(a(150));
    pods.remove(key, 'A');
    pods.replace([], '140', false);
    expect(shown(pods.reveal('A'))).toEqual(['added A@150']);
  });

  it('is over with the deletion that the watch shows: an object that matches a selector again is back', () => {
    const pods = store(a(60));
    pods.remove(key, 'A');
    pods.apply({ type: 'DELETED', object: a(140) });
    expect(shown(pods.apply({ type: 'ADDED', object: a(150) }))).toEqual(['added A@150']);
  });

  it('does not touch a namesake', () => {
    expect(store(a(60, 'B')).remove(key, 'A')).toEqual([]);
  });

  it('is told with the last state that was seen', () => {
    expect(shown(store(a(60)).remove(key, 'A'))).toEqual(['deleted A@60?']);
  });
});

describe('a snapshot', () => {
  it('tells what was added, changed, exchanged and deleted, and nothing of the rest', () => {
    const pods = store(a(60), pod('b', 50), pod('c', 40), pod('d', 30));
    const deltas = pods.replace([a(90, 'B'), pod('b', 80), pod('c', 40), pod('e', 85)], '200', false);
    expect(shown(deltas)).toEqual([
      'deleted uid-d@30?',
      'deleted A@60?',
      'added B@90',
      'updated uid-b@80',
      'added uid-e@85',
    ]);
  });

  it('does not take back own changes that are newer', () => {
    const pods = store(a(60));
    pods.upsert(pod('b', 210));
    pods.upsert(a(220));
    expect(pods.replace([a(60)], '200', false)).toEqual([]);
    expect(pods.size).toBe(2);
  });

  it('is right in everything when the server went back in time', () => {
    const pods = store(a(60), pod('b', 50));
    pods.remove(keyOf(pod('c', 1)), 'uid-c');
    const deltas = pods.replace([a(20), pod('c', 10)], '30', true);
    expect(shown(deltas)).toEqual(['deleted uid-b@50?', 'updated A@20', 'added uid-c@10']);
    expect(shown(pods.apply({ type: 'MODIFIED', object: a(31) }))).toEqual(['updated A@31']);
    pods.remove(key, 'A');
    pods.replace([], '10', true);
    expect(pods.reveal('A')).toEqual([]);
  });
});

describe('the lister', () => {
  it('finds objects by key, namespace, owner and index', () => {
    const pods = new ObjectStore<Pod>({ data: ({ spec }) => [spec?.data ?? ''] });
    const owned: Stored<Pod> = {
      ...pod('a', 1, { data: 'x' }),
      metadata: {
        ...pod('a', 1).metadata,
        ownerReferences: [{ apiVersion: 'v1', kind: 'Widget', name: 'w', uid: 'W' }],
      },
    };
    pods.replace([owned, pod('b', 2)], '5', false);
    expect(pods.get(key)).toBe(owned);
    expect([...pods.list('n')]).toHaveLength(2);
    expect([...pods.list('other')]).toEqual([]);
    expect([...pods.list()]).toHaveLength(2);
    expect([...pods.ownedBy('W')]).toEqual([owned]);
    expect([...pods.byIndex('data', 'x')]).toEqual([owned]);
    expect(() => [...pods.byIndex('none', 'x')]).toThrow('no index named none');
  });
});
