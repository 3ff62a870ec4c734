import { jestProject } from '../../tools/jest/preset.mjs';

export default jestProject('neo4j-admin', import.meta.dirname);
