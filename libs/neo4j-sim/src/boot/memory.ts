import { parseSize } from './values.ts';

/** How memory settings and the container's limit go together. */
export type MemoryVerdict =
  { readonly kind: 'fits' } | { readonly kind: 'jvm-refuses' | 'out-of-memory'; readonly message: string };

/** What the image sets when nobody else does. */
const imagePageCache = 512 * 1024 ** 2;

/**
 * Whether a server gets on with its memory: the JVM starts only with an initial heap that is not above the maximum, and the kernel ends
 * what takes more than the container may have. Without a maximum the JVM takes a quarter of the container's memory.
 */
export function checkMemory(
  settings: ReadonlyMap<string, string>,
  limitBytes: number | undefined,
): MemoryVerdict {
  const size = (name: string): number | undefined => parseSize(settings.get(name) ?? '');
  const initial = size('server.memory.heap.initial_size');
  const maximum =
    size('server.memory.heap.max_size') ?? (limitBytes === undefined ? undefined : limitBytes / 4);
  if (initial !== undefined && maximum !== undefined && initial > maximum) {
    return {
      kind: 'jvm-refuses',
      message:
        'Error occurred during initialization of VM: Initial heap size set to a larger value than the maximum heap size',
    };
  }
  if (limitBytes === undefined || maximum === undefined) return { kind: 'fits' };
  const pageCache = size('server.memory.pagecache.size') ?? imagePageCache;
  if (maximum + pageCache <= limitBytes) return { kind: 'fits' };
  return { kind: 'out-of-memory', message: 'Killed' };
}
