import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('hollow-node', import.meta.dirname);
