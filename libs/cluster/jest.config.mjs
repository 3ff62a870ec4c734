import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('cluster', import.meta.dirname);
