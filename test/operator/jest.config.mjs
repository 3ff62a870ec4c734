import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('operator-thread', import.meta.dirname, { testTimeout: 120_000 });
