import { describe, expect, it } from '@jest/globals';
import { of } from 'rxjs';
import { objectKey } from '../core/key.ts';
import type { Stored } from '../core/object.ts';
import type { Delta } from '../informer/informer.ts';
import type { Lease } from './lease.ts';
import { leaseChanges } from './lease-changes.ts';

const lease = (name: string, resourceVersion: string): Stored<Lease> => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name, namespace: 'ns', uid: name, resourceVersion },
});

describe('leaseChanges', () => {
  it('shows each state of its own lease and its deletion', () => {
    const key = objectKey('ns', 'ours');
    const other = lease('other', '3');
    const batches: Delta<Lease>[][] = [
      [
        { type: 'added', key: objectKey('ns', 'other'), next: other, initial: true },
        { type: 'added', key, next: lease('ours', '4'), initial: true },
      ],
      [
        { type: 'updated', key, next: lease('ours', '5'), prev: lease('ours', '4') },
        { type: 'deleted', key, prev: lease('ours', '5'), finalStateUnknown: false },
      ],
    ];
    const seen: (string | undefined)[] = [];
    leaseChanges({ deltas$: of(...batches) }, key).subscribe((each) =>
      seen.push(each?.metadata.resourceVersion),
    );
    expect(seen).toStrictEqual(['4', '5', undefined]);
  });
});
