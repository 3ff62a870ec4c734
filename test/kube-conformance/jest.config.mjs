import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('kube-conformance', import.meta.dirname, { maxWorkers: 1, testTimeout: 120_000 });
