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
}

/** Who gets what. Heap, page cache and reserve add up to what the container has. Transactions live in the heap. */
export interface MemoryPlan {
  readonly heapInitial: number;
  readonly heapMax: number;
  readonly pageCache: number;
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
/** With less to begin with, the virtual machine does not start. */
const minimumInitialHeap = mebibyte;
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
  const problems = requestProblems(request);
  if (problems.length > 0) return { ok: false, problems };
  const { container } = request;
  const generous = divide(request, container - defaultReserve(container));
  // A user who leaves little room gets it at the cost of the reserve, down to its minimum.
  const { heap, pageCache } = fits(generous) ? generous : divide(request, container - minimumReserve);
  const plan: MemoryPlan = {
    heapInitial: request.initialHeap ?? heap,
    heapMax: heap,
    pageCache,
    reserve: container - heap - pageCache,
  };
  const conflicts =
    plan.reserve < minimumReserve || !fits({ heap, pageCache })
      ? [overcommitProblem(request)]
      : partProblems({ heap, initialHeap: plan.heapInitial, pageCache });
  return conflicts.length > 0 ? { ok: false, problems: conflicts } : { ok: true, plan };
}

/** What is wrong with a plan, whoever made it: it says nothing of the container. */
export function planProblems(plan: MemoryPlan): readonly FieldProblem[] {
  const { heapInitial, heapMax, pageCache } = plan;
  const noBytes = byteProblems(plan);
  if (noBytes.length > 0) return noBytes;
  return partProblems({ heap: heapMax, initialHeap: heapInitial, pageCache });
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

function fits({ heap, pageCache }: Division): boolean {
  return heap >= minimumHeap && pageCache >= minimumPageCache;
}

function defaultReserve(container: number): number {
  return Math.min(Math.max(Math.ceil(container / 8), minimumReserve), largestReserve);
}

function wholeMebibytes(bytes: number): number {
  return Math.floor(bytes / mebibyte) * mebibyte;
}

/** What is wrong with a request, as far as it can be seen before anything is divided. */
function requestProblems(request: MemoryRequest): readonly FieldProblem[] {
  const noBytes = byteProblems(request);
  if (noBytes.length > 0) return noBytes;
  const { container } = request;
  const tooSmall =
    container < minimumContainer
      ? [
          error(
            'memory.container',
            'ContainerTooSmall',
            `${say(container)} are not enough for a server: set a limit of at least ${say(minimumContainer)}, better 2 GiB`,
          ),
        ]
      : [];
  return [...tooSmall, ...partProblems(request)];
}

function byteProblems(parts: MemoryRequest | MemoryPlan): readonly FieldProblem[] {
  return Object.entries(parts).flatMap(([field, bytes]) =>
    Number.isSafeInteger(bytes) && bytes >= 0
      ? []
      : [error(`memory.${field}`, 'NotBytes', `${bytes} is no number of bytes`)],
  );
}

/** What no container could make good. */
function partProblems({
  heap,
  initialHeap,
  pageCache,
}: Omit<MemoryRequest, 'container'>): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (heap !== undefined && heap < minimumHeap) {
    problems.push(
      error(
        'memory.heap',
        'HeapTooSmall',
        `a heap of ${say(heap)} is too small: set at least ${say(minimumHeap)}`,
      ),
    );
  }
  if (initialHeap !== undefined && initialHeap < minimumInitialHeap) {
    problems.push(
      error(
        'memory.initialHeap',
        'HeapTooSmall',
        `a heap that begins with ${say(initialHeap)} keeps the virtual machine from starting: ` +
          `set at least ${say(minimumInitialHeap)}, or leave it out`,
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
  if (heap !== undefined && initialHeap !== undefined && initialHeap > heap) {
    problems.push(initialHeapProblem(initialHeap, heap));
  }
  return problems;
}

function overcommitProblem(request: MemoryRequest): FieldProblem {
  const { container, heap, pageCache } = request;
  const given = [
    ...(heap === undefined ? [] : [`a heap of ${say(heap)}`]),
    ...(pageCache === undefined ? [] : [`a page cache of ${say(pageCache)}`]),
  ].join(' and ');
  return error(
    largestField(request),
    'MemoryExceedsContainer',
    `${given} ${heap === undefined || pageCache === undefined ? 'does' : 'do'} not fit into ${say(container)} with the ${say(minimumReserve)} that the process needs besides: ` +
      `lower ${largestField(request)}, or raise the memory limit to ${say(neededContainer(request))}`,
  );
}

function largestField({ heap = 0, pageCache = 0 }: MemoryRequest): string {
  return pageCache > heap ? 'memory.pageCache' : 'memory.heap';
}

function neededContainer({ heap = minimumHeap, pageCache = minimumPageCache }: MemoryRequest): number {
  return Math.max(heap + pageCache + minimumReserve, minimumContainer);
}

function initialHeapProblem(initial: number, max: number): FieldProblem {
  return error(
    'memory.initialHeap',
    'InitialHeapAboveMax',
    `a heap that begins with ${say(initial)} and may have ${say(max)} keeps the virtual machine from starting: ` +
      'leave out the initial size, it is then the same',
  );
}

function say(bytes: number): string {
  if (bytes >= gibibyte && bytes % (gibibyte / 4) === 0) return `${bytes / gibibyte} GiB`;
  return bytes % mebibyte === 0 ? `${bytes / mebibyte} MiB` : `${formatSize(bytes)} bytes`;
}
