import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('workspace', import.meta.dirname, { testTimeout: 120_000 });
