import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('cluster-access', import.meta.dirname);
