import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('tiny-operator', import.meta.dirname, {
  globalSetup: '<rootDir>/global-setup.config.mjs',
  maxWorkers: 1,
  testTimeout: 120_000,
});
