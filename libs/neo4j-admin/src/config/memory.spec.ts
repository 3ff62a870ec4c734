import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type MemoryPlan, type MemoryRequest, minimumReserve, planMemory, planProblems } from './memory.ts';
import { gibibyte, mebibyte } from './value.ts';

function planned(request: MemoryRequest): MemoryPlan {
  const result = planMemory(request);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('; '));
  return result.plan;
}

function refused(request: MemoryRequest): readonly [field: string, reason: string][] {
  const result = planMemory(request);
  return result.ok ? [] : result.problems.map(({ setting, reason }) => [setting, reason]);
}

describe('the memory of a server', () => {
  it.each([
    [1.5, 640, 384],
    [2, 960, 576],
    [4, 2240, 1344],
    [16, 8960, 5376],
    [128, 31_744, 95_232],
  ])('of %d GiB is %d MiB heap and %d MiB page cache', (container, heap, pageCache) => {
    expect(planned({ container: container * gibibyte })).toMatchObject({
      heapInitial: heap * mebibyte,
      heapMax: heap * mebibyte,
      pageCache: pageCache * mebibyte,
    });
  });

  it('leaves the rest to what the user has not decided', () => {
    const container = 8 * gibibyte;

    expect(planned({ container, heap: 4 * gibibyte }).pageCache).toBe(3 * gibibyte);
    expect(planned({ container, pageCache: 4 * gibibyte }).heapMax).toBe(3 * gibibyte);
  });

  it('lets the user go down to the least reserve', () => {
    const plan = planned({ container: 8 * gibibyte, heap: 4 * gibibyte, pageCache: 3.5 * gibibyte });

    expect(plan.reserve).toBe(minimumReserve);
  });

  it('begins with the whole heap, unless the user says otherwise', () => {
    expect(planned({ container: 4 * gibibyte, heap: gibibyte, initialHeap: 512 * mebibyte })).toMatchObject({
      heapInitial: 512 * mebibyte,
      heapMax: gibibyte,
    });
  });

  it.each<[string, MemoryRequest, string, string]>([
    ['a small container', { container: gibibyte }, 'memory.container', 'ContainerTooSmall'],
    ['a small heap', { container: 2 * gibibyte, heap: 100 * mebibyte }, 'memory.heap', 'HeapTooSmall'],
    [
      'a small page cache',
      { container: 2 * gibibyte, pageCache: 0 },
      'memory.pageCache',
      'PageCacheTooSmall',
    ],
    ['half a byte', { container: 2 * gibibyte, heap: 0.5 }, 'memory.heap', 'NotBytes'],
    ['less than nothing', { container: -1 }, 'memory.container', 'NotBytes'],
    [
      'a heap as large as the container',
      { container: 2 * gibibyte, heap: 2 * gibibyte },
      'memory.heap',
      'MemoryExceedsContainer',
    ],
    [
      'a page cache that leaves no heap',
      { container: 2 * gibibyte, pageCache: 1.5 * gibibyte },
      'memory.pageCache',
      'MemoryExceedsContainer',
    ],
    [
      'parts that fit only alone',
      { container: 4 * gibibyte, heap: 2 * gibibyte, pageCache: 1.75 * gibibyte },
      'memory.heap',
      'MemoryExceedsContainer',
    ],
    [
      'more than the heap at the beginning',
      { container: 4 * gibibyte, heap: gibibyte, initialHeap: 2 * gibibyte },
      'memory.initialHeap',
      'InitialHeapAboveMax',
    ],
    [
      'more than the planned heap at the beginning',
      { container: 2 * gibibyte, initialHeap: gibibyte },
      'memory.initialHeap',
      'InitialHeapAboveMax',
    ],
    [
      'nothing to begin with',
      { container: 4 * gibibyte, initialHeap: 1 },
      'memory.initialHeap',
      'HeapTooSmall',
    ],
  ])('%s is refused', (_, request, field, reason) => {
    expect(refused(request)).toEqual([[field, reason]]);
  });

  it('says which limit would do', () => {
    const request: MemoryRequest = { container: 4 * gibibyte, heap: 3 * gibibyte, pageCache: 2 * gibibyte };
    const result = planMemory(request);

    expect(result).toMatchObject({ problems: [{ message: expect.stringContaining('to 5.5 GiB') }] });
    expect(planMemory({ ...request, container: 5.5 * gibibyte }).ok).toBe(true);
  });

  const bytes = (max: number) => fc.option(fc.integer({ min: 0, max }), { nil: undefined });

  it('is never more than the container has, keeps what the user says, and is only refused with a reason', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 256 * gibibyte }),
        bytes(40 * gibibyte),
        bytes(40 * gibibyte),
        bytes(8 * gibibyte),
        (container, heap, pageCache, initialHeap) => {
          const request = Object.fromEntries(
            Object.entries({ container, heap, pageCache, initialHeap }).filter(
              ([, value]) => value !== undefined,
            ),
          ) as unknown as MemoryRequest;
          const result = planMemory(request);
          if (!result.ok) {
            expect(result.problems.length).toBeGreaterThan(0);
            return;
          }
          const { plan } = result;
          expect(plan.heapMax + plan.pageCache + plan.reserve).toBe(container);
          expect(plan.reserve).toBeGreaterThanOrEqual(minimumReserve);
          expect(plan.heapInitial).toBe(initialHeap ?? plan.heapMax);
          expect(plan.heapInitial).toBeLessThanOrEqual(plan.heapMax);
          expect(plan.heapMax).toBe(heap ?? plan.heapMax);
          expect(plan.pageCache).toBe(pageCache ?? plan.pageCache);
          expect(planProblems(plan)).toEqual([]);
          expect(Object.values(plan).every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('can always be planned when nothing is decided and the container is large enough', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1536 * mebibyte, max: 1024 * gibibyte }),
        (container) => planMemory({ container }).ok,
      ),
    );
  });
});
