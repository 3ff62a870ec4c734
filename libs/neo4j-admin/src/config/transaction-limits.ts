import type { MemoryPlan } from './memory.ts';
import { error, type FieldProblem, warning } from './problem.ts';
import { formatSize, parseSize } from './value.ts';

const total = 'dbms.memory.transaction.total.max';
/** All limit what transactions take of the heap, where their state is. */
const limits = [total, 'db.memory.transaction.total.max', 'db.memory.transaction.max'] as const;

/**
 * Settings of the user by which transactions may take more than there is. A limit beyond the heap is none: the server runs out of memory
 * and ends before it is reached.
 */
export function transactionLimitProblems(
  settings: Readonly<Record<string, string>>,
  { heapMax }: MemoryPlan,
): readonly FieldProblem[] {
  return limits.flatMap((name) => {
    const limit = parseSize(settings[name] ?? '');
    if (limit !== undefined && limit > heapMax) {
      return [
        error(
          name,
          'TransactionsExceedHeap',
          `${name} is ${settings[name]}, but the heap has ${formatSize(heapMax)}: lower it, or raise memory.heap`,
        ),
      ];
    }
    // Zero stands for no limit. A single database is still held by that of the server, whose default is a part of the heap.
    if (limit === 0 && name === total) {
      return [
        warning(
          name,
          'TransactionsExceedHeap',
          `without ${name}, one query can take the whole heap and end the server: set a size below ${formatSize(heapMax)}`,
        ),
      ];
    }
    return [];
  });
}
