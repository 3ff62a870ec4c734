import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('faultproxy', import.meta.dirname);
