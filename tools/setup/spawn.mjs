import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { killDescendants } from './process-tree.mjs';

/** @typedef {{ cwd: string, env: NodeJS.ProcessEnv }} Place where a command runs */

/**
 * Runs a command that shares our terminal and waits for its end. TERM and INT are handed on, so that stopping us stops it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Place} place
 * @returns {Promise<number>} the exit code; 127 if the command could not be started, 1 if a signal ended it. After TERM or INT it does not
 *   return: this process ends with the command, and whatever would have come next is not begun.
 */
export function run(command, args, place) {
  return waitFor(spawn(command, args, { ...place, stdio: 'inherit' }), command);
}

/**
 * Like `run`, but not for longer than a limit: then it says what is still running, and kills it.
 *
 * @param {number} limitMs
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Place} place
 * @returns {Promise<number | 'overdue'>} the exit code
 */
export async function runWithin(limitMs, command, args, place) {
  const child = spawn(command, args, { ...place, stdio: 'inherit' });
  /** @type {{ overdue: boolean }} */
  const state = { overdue: false };
  const timer = setTimeout(() => {
    state.overdue = true;
    console.error(`${command} has not ended within ${limitMs / 1000} s. What it has left running is killed:`);
    console.error(child.pid === undefined ? '' : killDescendants(child.pid));
    child.kill('SIGKILL');
  }, limitMs);
  const code = await waitFor(child, command);
  clearTimeout(timer);
  return state.overdue ? 'overdue' : code;
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} command
 * @returns {Promise<number>}
 */
function waitFor(child, command) {
  return new Promise((resolve) => {
    /** @type {NodeJS.Signals | undefined} */
    let stoppedBy;
    /** @type {(signal: NodeJS.Signals) => void} */
    const handOn = (signal) => {
      stoppedBy = signal;
      child.kill(signal);
    };
    /** @type {(code: number) => void} */
    const finish = (code) => {
      process.off('SIGTERM', handOn).off('SIGINT', handOn);
      if (stoppedBy !== undefined) process.exit(128 + constants.signals[stoppedBy]);
      resolve(code);
    };
    process.on('SIGTERM', handOn).on('SIGINT', handOn);
    child.once('error', (error) => {
      console.error(`${command} cannot be started: ${error.message}`);
      finish(127);
    });
    child.once('close', (code) => {
      finish(code ?? 1);
    });
  });
}

/**
 * Runs a command and returns what it prints on its standard output; nothing if it cannot be started.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Place} place
 * @returns {Promise<string>}
 */
export function capture(command, args, place) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...place, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
      output += chunk;
    });
    child.once('error', () => {
      resolve('');
    });
    child.once('close', () => {
      resolve(output);
    });
  });
}
