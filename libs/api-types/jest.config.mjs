import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('api-types', import.meta.dirname);
