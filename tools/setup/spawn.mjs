import { spawn } from 'node:child_process';
import { constants } from 'node:os';

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
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...place, stdio: 'inherit' });
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
