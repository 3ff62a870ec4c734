import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('crds', import.meta.dirname, {
  // In one process, which the supervisors then watch: a worker of jest can outlive a killed jest.
  maxWorkers: 1,
  testTimeout: 60_000,
});
