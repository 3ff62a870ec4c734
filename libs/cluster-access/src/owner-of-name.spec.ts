import { expect, it } from '@jest/globals';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import fc from 'fast-check';
import { ownerOfName } from './owner-of-name.ts';

function claimant(uid: string, creationTimestamp: string): Stored {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: uid, uid, resourceVersion: '1', creationTimestamp },
  };
}

it('is the oldest, and among those of one second the one with the lowest uid', () => {
  const [old, young, twin] = [
    claimant('c', '2026-01-01T00:00:09Z'),
    claimant('a', '2026-01-01T00:00:10Z'),
    claimant('d', '2026-01-01T00:00:09Z'),
  ];
  expect(ownerOfName([young, twin, old])).toBe(old);
  expect(ownerOfName([young])).toBe(young);
  expect(ownerOfName(new Set<Stored>())).toBeUndefined();
});

it('is the same whatever the order, and stays when others come later', () => {
  const second = fc.integer({ min: 10, max: 15 });
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.uuid(), second), { minLength: 1, selector: ([uid]) => uid }),
      (all) => {
        const claimants = all.map(([uid, at]) => claimant(uid, `2026-01-01T00:00:${at}Z`));
        const owner = ownerOfName(claimants);
        expect(ownerOfName(claimants.toReversed())).toBe(owner);
        expect(ownerOfName([claimant('0', '2026-01-01T00:00:16Z'), ...claimants])).toBe(owner);
      },
    ),
  );
});
