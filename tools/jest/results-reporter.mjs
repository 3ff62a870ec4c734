// Leaves one small file per project with its counts, so that the test command can print one total.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const resultsDir = join(import.meta.dirname, '../../dist/test-results');

/**
 * The counts that Jest hands over at the end.
 *
 * @typedef {{
 *   numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, numRuntimeErrorTestSuites: number
 * }} JestResults
 */

export default class ResultsReporter {
  #name;

  /**
   * @param {unknown} _globalConfig
   * @param {{ name: string }} options
   */
  constructor(_globalConfig, options) {
    this.#name = options.name;
  }

  /**
   * @param {unknown} _contexts
   * @param {JestResults} results
   */
  onRunComplete(_contexts, results) {
    const failedToRun = results.numRuntimeErrorTestSuites;
    mkdirSync(resultsDir, { recursive: true });
    writeFileSync(
      join(resultsDir, `${this.#name}.json`),
      JSON.stringify({
        passed: results.numPassedTests,
        failed: results.numFailedTests + failedToRun,
        skipped: results.numPendingTests + results.numTodoTests,
      }),
    );
  }
}
