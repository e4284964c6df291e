// Rules beyond the recommended ones: the import table (who may import what) and bounds on width, length and complexity.
import stylistic from '@stylistic/eslint-plugin';
import regexp from 'eslint-plugin-regexp';
import sonarjs from 'eslint-plugin-sonarjs';
import tseslint from 'typescript-eslint';
import { functionLength } from './eslint.function-length.js';
import { importRules } from './eslint.imports.js';

export default tseslint.config(
  {
    ignores: [
      'dist',
      'node_modules',
      'coverage',
      'dockerops-demo',
      'test/artifacts',
      'test/e2e/projects',
      'src/generated',
    ],
  },
  {
    files: ['src/**/*.{ts,tsx}', 'test/**/*.ts', 'bench/**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { sonarjs },
    rules: {
      'sonarjs/cognitive-complexity': ['error', 15],
      // A number in a text is no mistake.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Sayings about style, or false alarms with tuples, readonly arrays and enums of packages.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/require-await': 'off', // an interface may ask for a promise where one implementation has none
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-useless-constructor': 'off', // does not know visibility
    },
  },
  {
    files: [
      'src/**/*.{ts,tsx}',
      'test/**/*.ts',
      'bench/**/*.ts',
      'scripts/**/*.?(c|m)js',
      'bin/*.js',
      'bin/dockerops',
      '*.js',
    ],
    plugins: { '@stylistic': stylistic, regexp, local: { rules: { 'function-length': functionLength } } },
    rules: {
      // What prettier does not break: texts and comments.
      '@stylistic/max-len': ['error', { code: 120, ignoreUrls: true }],
      'local/function-length': ['error', { max: 60 }],
      'regexp/no-super-linear-backtracking': 'error',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { regexp },
    rules: {
      // A pattern without a fixed start would try each place of a long text again.
      'regexp/no-super-linear-move': 'error',
    },
  },
  ...importRules(),
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    // What policies log is caught in their thread and reported with its container.
    ignores: ['src/lib/cli/**', 'src/main.ts', 'src/commands/**', 'src/lib/policies/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'only the command line exits' },
        { object: 'process', property: 'stdout', message: 'only the command line prints' },
      ],
    },
  },
  {
    files: ['scripts/**/*.?(c|m)js', 'bin/*.js', 'bin/dockerops', '*.js', 'bench/**/*.cjs'],
    rules: { 'no-undef': 'off', 'no-unused-vars': 'error' },
  },
);
