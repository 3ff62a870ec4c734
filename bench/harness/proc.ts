// What Linux knows about a process from outside: see proc(5).
import { readFileSync } from 'node:fs';

export interface Usage {
  /** Resident now. */
  readonly rssMb: number;
  /** The most that ever was. */
  readonly hwmMb: number;
  /** User and system time of all threads so far, in steps of 10 ms. */
  readonly cpuMs: number;
}

/** Linux tells times of processes in hundredths of a second. */
const tickMs = 10;

const kibPerMb = 1024;

/** Reads what a running process uses. */
export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (field: string): number =>
    Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) / kibPerMb;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [fields[11], fields[12]];
  return { rssMb: mb('VmRSS'), hwmMb: mb('VmHWM'), cpuMs: (Number(user) + Number(system)) * tickMs };
}
