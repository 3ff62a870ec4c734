import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('kube-sim', import.meta.dirname);
