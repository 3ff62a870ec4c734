import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('demo', import.meta.dirname, { maxWorkers: 1, testTimeout: 180_000 });
