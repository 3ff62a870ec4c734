// One Jest configuration for every project: native ES modules, TypeScript through swc, no build needed
// because packages resolve to their sources.
import { join } from 'node:path';

/**
 * @param {string} name the Nx project's
 * @param {string} rootDir the folder of the project
 * @param {Readonly<Record<string, unknown>>} overrides further Jest options
 */
export function jestProject(name, rootDir, overrides = {}) {
  return {
    displayName: name,
    rootDir,
    testEnvironment: 'node',
    testEnvironmentOptions: { customExportConditions: ['@neo4j-operator/source', 'node', 'node-addons'] },
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } } }] },
    transformIgnorePatterns: ['/node_modules/'],
    // What any test sends to a simulated Neo4j is collected, to be checked by the real ones.
    setupFiles: [join(import.meta.dirname, 'sim-statements.mjs')],
    globals: { simStatementsFile: join(import.meta.dirname, `../../dist/sim-statements/${name}.jsonl`) },
    testMatch: ['<rootDir>/**/*.spec.ts'],
    testPathIgnorePatterns: ['/node_modules/', '/dist/'],
    modulePathIgnorePatterns: ['/dist/'],
    reporters: ['default', [join(import.meta.dirname, 'results-reporter.mjs'), { name }]],
    ...overrides,
  };
}
