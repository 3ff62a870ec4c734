import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { constructs, defaultExports, dynamicImport, places, timeAndChance } from './tools/lint/bans.mjs';
import { productionConstraints, specConstraints } from './tools/lint/boundaries.mjs';

// The module-boundary rule reads a project graph that Nx has left on disk and skips itself silently when there is none.
await createProjectGraphAsync({ exitOnError: true });

const specs = ['**/*.spec.ts', '**/*.spec-helper.ts'];
const clockSources = 'libs/clock/src/**';
/** It runs before there is a library to import. */
const setUp = 'tools/setup/spawn.mjs';
const configFiles = ['**/*.config.mjs', 'tools/jest/results-reporter.mjs'];

/** Its own type is that of an older plugin interface. */
const nxPlugin = /** @type {import('eslint').ESLint.Plugin} */ (/** @type {unknown} */ (nx));

/** @type {(depConstraints: object[]) => import('eslint').Linter.RulesRecord} */
const boundaries = (depConstraints) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    { depConstraints, enforceBuildableLibDependency: false, allow: [] },
  ],
});

/** @type {(imports: readonly object[], syntax: readonly object[]) => import('eslint').Linter.RulesRecord} */
const restricted = (imports, syntax) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { paths: imports }],
  'no-restricted-syntax': ['error', ...syntax],
});

const bannedSyntax = [...constructs, ...defaultExports, ...timeAndChance.syntax];

export default defineConfig(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.cache/**'] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    ignores: [clockSources, setUp],
    rules: {
      'no-restricted-globals': ['error', ...timeAndChance.globals],
      'no-restricted-properties': ['error', ...timeAndChance.properties],
      ...restricted(timeAndChance.imports, bannedSyntax),
    },
  },
  { files: [clockSources], rules: restricted([], [...constructs, ...defaultExports]) },
  { files: configFiles, rules: restricted(timeAndChance.imports, [...constructs, ...timeAndChance.syntax]) },
  ...places.map(({ files, imports, dynamic }) => ({
    files: [...files],
    ignores: [...specs, clockSources],
    rules: restricted(
      [...timeAndChance.imports, ...imports],
      [...bannedSyntax, ...dynamic.map(({ name, message }) => dynamicImport(name, message))],
    ),
  })),
  {
    files: ['libs/*/src/**', 'apps/*/src/**'],
    plugins: { '@nx': nxPlugin },
    rules: boundaries(productionConstraints),
  },
  {
    files: specs.flatMap((spec) => [`libs/*/src/${spec}`, `apps/*/src/${spec}`]),
    rules: boundaries(specConstraints),
  },
  // Specs take fixtures apart; what a fixture hands out is a closure, however its type is written.
  { files: specs, rules: { '@typescript-eslint/unbound-method': 'off' } },
  {
    // In plain JavaScript a cast is a comment, which these rules cannot see; the compiler checks the types all the same.
    files: ['**/*.mjs'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
