import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('neo4j', import.meta.dirname, {
  globalSetup: '<rootDir>/global-setup.config.mjs',
  // In one process: two real servers are started once and shared by all files.
  maxWorkers: 1,
  testTimeout: 120_000,
});
