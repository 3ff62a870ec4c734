import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DelayHeap } from './delay-heap.ts';
import { type Item, newItem } from './item.ts';

describe('the heap of delayed items', () => {
  it('gives what is left by due time, ties in the order of delay, after any removals and hastenings', () => {
    const command = fc.record({
      do: fc.constantFrom('push', 'push', 'hasten', 'remove'),
      pick: fc.nat(1000),
      time: fc.nat(50),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 120, size: 'max' }), (commands) => {
        const heap = new DelayHeap<string>();
        let expected: Item<string>[] = [];
        for (const each of commands) {
          const picked = expected[each.pick % Math.max(1, expected.length)];
          if (each.do === 'push') {
            const item = newItem('key');
            heap.push(item, each.time);
            expected.push(item);
          } else if (picked !== undefined) {
            expected = expected.filter((item) => item !== picked);
            if (each.do === 'remove') heap.remove(picked);
            else if (each.time < picked.time) heap.hasten(picked, each.time);
            if (each.do === 'hasten') expected.push(picked);
          }
        }
        expected.sort((a, b) => a.time - b.time || a.order - b.order);
        const left: Item<string>[] = [];
        for (let first = heap.first; first !== undefined; first = heap.first) {
          heap.remove(first);
          left.push(first);
        }
        expect(left).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});
