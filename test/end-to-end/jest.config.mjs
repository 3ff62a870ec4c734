import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('end-to-end', import.meta.dirname, { maxWorkers: 1, testTimeout: 120_000 });
