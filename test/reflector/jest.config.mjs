import { jestProject } from '../../tools/jest/preset.mjs';

// The concurrent tests mostly wait, each for a fault of its own.
export default jestProject('reflector', import.meta.dirname, {
  maxWorkers: 1,
  maxConcurrency: 8,
  testTimeout: 60_000,
});
