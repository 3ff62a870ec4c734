// Leaves one small file per project with its counts, so that the test command can print one total.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const resultsDir = join(import.meta.dirname, '../../dist/test-results');

export default class ResultsReporter {
  #name;

  constructor(_globalConfig, options) {
    this.#name = options.name;
  }

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
