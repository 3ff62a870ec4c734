import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('reconcile-kit', import.meta.dirname);
