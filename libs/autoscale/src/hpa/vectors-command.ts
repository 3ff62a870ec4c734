// `autoscale:vectors -- FILE...`: whether this autoscaler decides as the original did.
import { decides, judgeVector, readVectors, VectorFormatError, type VectorDifference } from './vectors.ts';

export interface VectorsIo {
  /** Reads a file, or throws. */
  readonly readText: (path: string) => string;
  readonly print: (line: string) => void;
}

const SHOWN = 10;
const WANTED = '(wanted: remembers what the real one forgets)';

/**
 * Prints the first cases that differ and, as its last line, `agree A, differ D`.
 *
 * @param args the files.
 * @returns the exit code: 0 if nothing differs but what is wanted, 1 if something does, 2 if a file cannot be read or is not of the format.
 */
export function vectorsCommand(args: readonly string[], io: VectorsIo): number {
  if (args.length === 0) {
    io.print('usage: autoscale:vectors -- FILE...');
    return 2;
  }
  try {
    return compareFiles(args, io);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    io.print(error instanceof VectorFormatError ? error.message : `cannot go on: ${error.message}`);
    return 2;
  }
}

/** The message of the system does not always name the file. */
function read(file: string, io: VectorsIo): string {
  try {
    return io.readText(file);
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(message.includes(file) ? message : `${file}: ${message}`, { cause });
  }
}

function compareFiles(files: readonly string[], io: VectorsIo): number {
  let agree = 0;
  let explanations = 0;
  const differing: { id: string; wanted: boolean; differences: readonly VectorDifference[] }[] = [];
  for (const file of files) {
    for (const vector of readVectors(read(file, io), file)) {
      const { verdict, differences } = judgeVector(vector);
      if (verdict === 'agrees') {
        agree += 1;
        if (differences.length > 0) explanations += 1;
      } else {
        const wanted = verdict === 'remembers';
        differing.push({ id: vector.id, wanted, differences: differences.filter(decides) });
      }
    }
  }

  if (agree + differing.length === 0) {
    io.print(`there is not a single case in ${files.join(', ')}`);
    return 2;
  }
  // What is not wanted first: with many cases it would not be seen among the others.
  const inOrder = [...differing.filter(({ wanted }) => !wanted), ...differing.filter(({ wanted }) => wanted)];
  for (const { id, wanted, differences } of inOrder.slice(0, SHOWN)) {
    const [first] = differences;
    if (first !== undefined) io.print(`${id} ${inWords(first)}${wanted ? ` ${WANTED}` : ''}`);
    if (differences.length > 1) io.print(`  and ${differences.length - 1} more in this case`);
  }
  if (inOrder.length > SHOWN) io.print(`${inOrder.length - SHOWN} more cases differ`);
  if (explanations > 0)
    io.print(`${explanations} of the cases that agree differ in a field that only explains`);
  io.print(`agree ${agree}, differ ${differing.length}`);
  return differing.every(({ wanted }) => wanted) ? 0 : 1;
}

function inWords({ step, field, expected, got }: VectorDifference): string {
  return `step ${step} ${field}: expected ${inJson(expected)}, got ${inJson(got)}`;
}

function inJson(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
