import { error, type FieldProblem } from './problem.ts';
import { formatSize, gibibyte, mebibyte } from './value.ts';

/** What a server may use, and what somebody has already decided. All in bytes. */
export interface MemoryRequest {
  /** The memory limit of the container. */
  readonly container: number;
  readonly heap?: number;
  /** What the heap begins with: all of it, unless said otherwise, so that it never has to grow. */
  readonly initialHeap?: number;
  readonly pageCache?: number;
  /** What transactions may take outside the heap (5.26 only, where it is off by default). */
  readonly offHeap?: number;
  /** `dbms.memory.transaction.total.max`, inside the heap. */
  readonly transactions?: number;
}

/** Who gets what. The four never add up to more than the container has. */
export interface MemoryPlan {
  readonly heapInitial: number;
  readonly heapMax: number;
  readonly pageCache: number;
  readonly offHeap: number;
  /** Left for the threads, compiled code, network buffers and index files, which no setting limits. */
  readonly reserve: number;
}

/** A plan, or why there is none. */
export type PlannedMemory =
  | { readonly ok: true; readonly plan: MemoryPlan }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Below, servers are killed for lack of memory when databases are created. */
export const minimumContainer = 1536 * mebibyte;
/** What stays free whatever the user says. */
export const minimumReserve = 512 * mebibyte;
/** A smaller heap cannot run the administration of a cluster. */
export const minimumHeap = 256 * mebibyte;
/** The pages that a server needs to work at all, with some room. */
export const minimumPageCache = 64 * mebibyte;
/** Larger heaps have longer pointers, and hold less until they are far larger (operations manual, "Memory configuration"). */
const largestUsefulHeap = 31 * gibibyte;
const largestReserve = 4 * gibibyte;

/**
 * Divides the memory of a container. Where nothing is decided, an eighth (512 MiB to 4 GiB) is left free, five eighths of the rest are
 * heap, and what remains is page cache. Values of the user are kept to the byte or refused; the others are whole mebibytes.
 */
export function planMemory(request: MemoryRequest): PlannedMemory {
  const problems = fieldProblems(request);
  if (problems.length > 0) return { ok: false, problems };
  const { container, offHeap = 0 } = request;
  const { heap, pageCache } = divide(request, available(container, defaultReserve(container), offHeap));
  // A user who leaves little room gets it at the cost of the reserve, down to its minimum.
  const plan = fits(heap, pageCache)
    ? { heap, pageCache }
    : divide(request, available(container, minimumReserve, offHeap));
  const reserve = container - plan.heap - plan.pageCache - offHeap;
  const conflicts = conflictProblems(request, { ...plan, offHeap, reserve });
  if (conflicts.length > 0) return { ok: false, problems: conflicts };
  return {
    ok: true,
    plan: {
      heapInitial: request.initialHeap ?? plan.heap,
      heapMax: plan.heap,
      pageCache: plan.pageCache,
      offHeap,
      reserve,
    },
  };
}

interface Division {
  readonly heap: number;
  readonly pageCache: number;
}

function divide({ heap, pageCache }: MemoryRequest, free: number): Division {
  if (heap !== undefined) return { heap, pageCache: pageCache ?? wholeMebibytes(free - heap) };
  if (pageCache !== undefined) {
    return { heap: Math.min(wholeMebibytes(free - pageCache), largestUsefulHeap), pageCache };
  }
  const share = Math.min(wholeMebibytes((free / 8) * 5), largestUsefulHeap);
  return { heap: share, pageCache: wholeMebibytes(free - share) };
}

function fits(heap: number, pageCache: number): boolean {
  return heap >= minimumHeap && pageCache >= minimumPageCache;
}

function available(container: number, reserve: number, offHeap: number): number {
  return container - reserve - offHeap;
}

function defaultReserve(container: number): number {
  return Math.min(Math.max(Math.ceil(container / 8), minimumReserve), largestReserve);
}

function wholeMebibytes(bytes: number): number {
  return Math.floor(bytes / mebibyte) * mebibyte;
}

/** What is wrong with a field by itself. */
function fieldProblems(request: MemoryRequest): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [field, bytes] of Object.entries(request)) {
    if (!Number.isSafeInteger(bytes) || bytes < 0) {
      problems.push(error(`memory.${field}`, 'NotBytes', `${bytes} is no number of bytes`));
    }
  }
  if (problems.length > 0) return problems;
  const { container, heap, initialHeap, pageCache, transactions } = request;
  if (container < minimumContainer) {
    problems.push(
      error(
        'memory.container',
        'ContainerTooSmall',
        `${say(container)} are not enough for a server: set a limit of at least ${say(minimumContainer)}, better 2 GiB`,
      ),
    );
  }
  if (heap !== undefined && heap < minimumHeap) {
    problems.push(
      error(
        'memory.heap',
        'HeapTooSmall',
        `a heap of ${say(heap)} is too small: set at least ${say(minimumHeap)}`,
      ),
    );
  }
  if (pageCache !== undefined && pageCache < minimumPageCache) {
    problems.push(
      error(
        'memory.pageCache',
        'PageCacheTooSmall',
        `a page cache of ${say(pageCache)} is too small: set at least ${say(minimumPageCache)}`,
      ),
    );
  }
  if (heap !== undefined && transactions !== undefined && transactions > heap) {
    problems.push(transactionProblem(transactions, heap));
  }
  if (heap !== undefined && initialHeap !== undefined && initialHeap > heap) {
    problems.push(initialHeapProblem(initialHeap, heap));
  }
  return problems;
}

/** What is wrong with the fields together. */
function conflictProblems(
  request: MemoryRequest,
  plan: Division & { offHeap: number; reserve: number },
): FieldProblem[] {
  const { container, initialHeap, transactions } = request;
  const problems: FieldProblem[] = [];
  if (plan.reserve < minimumReserve || !fits(plan.heap, plan.pageCache)) {
    const given = [
      ...(request.heap === undefined ? [] : [`a heap of ${say(request.heap)}`]),
      ...(request.pageCache === undefined ? [] : [`a page cache of ${say(request.pageCache)}`]),
      ...(plan.offHeap === 0 ? [] : [`${say(plan.offHeap)} outside the heap`]),
    ].join(' and ');
    problems.push(
      error(
        largestField(request),
        'MemoryExceedsContainer',
        `${given} do not fit into ${say(container)} with the ${say(minimumReserve)} that the process needs besides: ` +
          `lower ${largestField(request)}, or raise the memory limit to ${say(neededContainer(request))}`,
      ),
    );
    return problems;
  }
  if (initialHeap !== undefined && initialHeap > plan.heap) {
    problems.push(initialHeapProblem(initialHeap, plan.heap));
  }
  if (transactions !== undefined && transactions > plan.heap) {
    problems.push(transactionProblem(transactions, plan.heap));
  }
  return problems;
}

function largestField({ heap = 0, pageCache = 0, offHeap = 0 }: MemoryRequest): string {
  if (offHeap > heap && offHeap > pageCache) return 'memory.offHeap';
  return pageCache > heap ? 'memory.pageCache' : 'memory.heap';
}

function neededContainer({
  heap = minimumHeap,
  pageCache = minimumPageCache,
  offHeap = 0,
}: MemoryRequest): number {
  return Math.max(heap + pageCache + offHeap + minimumReserve, minimumContainer);
}

function initialHeapProblem(initial: number, max: number): FieldProblem {
  return error(
    'memory.initialHeap',
    'InitialHeapAboveMax',
    `a heap that begins with ${say(initial)} and may have ${say(max)} keeps the virtual machine from starting: ` +
      'leave out the initial size, it is then the same',
  );
}

function transactionProblem(transactions: number, heap: number): FieldProblem {
  return error(
    'memory.transactions',
    'TransactionsExceedHeap',
    `transactions may take ${say(transactions)} of a heap of ${say(heap)}: lower dbms.memory.transaction.total.max, or raise memory.heap`,
  );
}

function say(bytes: number): string {
  if (bytes >= gibibyte && bytes % (gibibyte / 4) === 0) return `${bytes / gibibyte} GiB`;
  return bytes % mebibyte === 0 ? `${bytes / mebibyte} MiB` : `${formatSize(bytes)} bytes`;
}
