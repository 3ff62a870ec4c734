import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('database', import.meta.dirname);
