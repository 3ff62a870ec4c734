import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('autoscale', import.meta.dirname);
