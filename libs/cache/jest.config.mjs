import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('cache', import.meta.dirname);
