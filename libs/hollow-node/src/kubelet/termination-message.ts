import { readFileSync } from 'node:fs';
import type { Exit } from '../program.ts';
import type { LogWriter } from './contract.ts';
import type { Container } from './resources.ts';

const longestBytes = 4096;
const mostLogLines = 80;
const mostLogBytes = 2048;

/** A container's last words: what its program says, what it has left in its file, or the end of its log if the pod wants that. */
export function terminationMessage(
  { terminationMessagePolicy }: Container,
  exit: Exit,
  file: string,
  log: LogWriter,
): string {
  const said = exit.message ?? readIfThere(file);
  if (said !== '' || exit.code === 0 || terminationMessagePolicy !== 'FallbackToLogsOnError') {
    return Buffer.from(said).subarray(0, longestBytes).toString('utf8');
  }
  return log.tail(mostLogLines, mostLogBytes);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
