import { jestProject } from '../../tools/jest/preset.mjs';

// The concurrent tests mostly wait: for back-off, grace periods, and a control plane that notices slowly that a node is lost.
export default jestProject('hollow-node-control-plane', import.meta.dirname, {
  maxWorkers: 2,
  maxConcurrency: 16,
  testTimeout: 120_000,
});
