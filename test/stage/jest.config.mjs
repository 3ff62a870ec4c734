import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('stage', import.meta.dirname, { maxWorkers: 1, testTimeout: 120_000 });
