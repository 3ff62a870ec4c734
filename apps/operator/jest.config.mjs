import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('operator', import.meta.dirname);
