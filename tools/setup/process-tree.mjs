import { execFileSync } from 'node:child_process';

/** @typedef {{ pid: number, parent: number, line: string }} Listed a line of `ps` */

/**
 * Kills everything that a process has started, and what that has started, but not the process itself.
 *
 * @param {number} pid
 * @returns {string} what was killed: process id, parent, age and command of each, parents first
 */
export function killDescendants(pid) {
  const found = descendantsOf(pid, listed());
  for (const { pid } of found.toReversed()) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
  return found.map(({ line }) => line).join('\n');
}

/**
 * Parents come before their children.
 *
 * @param {number} pid
 * @param {readonly Listed[]} processes
 * @returns {readonly Listed[]}
 */
export function descendantsOf(pid, processes) {
  const children = processes.filter(({ parent }) => parent === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, processes)]);
}

/** @returns {readonly Listed[]} */
function listed() {
  const output = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,etime=,args='], { encoding: 'utf8' });
  return output
    .split('\n')
    .map((line) => ({ line: line.trim().slice(0, 300), numbers: /^\s*(\d+)\s+(\d+)\s/.exec(line) }))
    .flatMap(({ line, numbers }) =>
      numbers === null ? [] : [{ pid: Number(numbers[1]), parent: Number(numbers[2]), line }],
    );
}
