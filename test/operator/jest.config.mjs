import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('operator-thread', import.meta.dirname, { maxWorkers: 2, testTimeout: 120_000 });
