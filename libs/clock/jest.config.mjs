import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('clock', import.meta.dirname);
