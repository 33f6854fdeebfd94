import js from '@eslint/js';
import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

/** Forbids importing from the given top folders (dependency direction: see docs/architecture.md). */
const forbid = (folders, message) => ({
  'no-restricted-imports': [
    'error',
    { patterns: [{ group: folders.flatMap((folder) => [`**/${folder}/**`, `**/${folder}.js`]), message }] },
  ],
});
const nodeBuiltins = ['node:*', 'fs', 'path', 'crypto', 'os', 'child_process', 'stream', 'process', 'worker_threads'];

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', 'coverage/**', 'node_modules/**', 'demo/**', 'specs/schema/**'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.js'] } } },
    plugins: { jsdoc },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/ban-ts-comment': 'error',
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':matches(PropertyDefinition, MethodDefinition[kind!="constructor"])[accessibility=/private|protected/]',
          message: 'One style of privacy: #name. `private` is for constructors, which have no # form.',
        },
      ],
      'max-params': ['error', 5],
      curly: ['error', 'all'],
      eqeqeq: 'error',
    },
  },
  {
    files: ['core/**/*.ts', 'report/**/*.ts', 'io/**/*.ts', 'activities/**/*.ts', 'workflows/**/*.ts', 'app/**/*.ts'],
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: true,
          require: { FunctionDeclaration: true, ClassDeclaration: true, MethodDefinition: false },
          contexts: ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration'],
        },
      ],
    },
  },
  {
    files: ['core/**/*.ts'],
    rules: forbid(
      ['io', 'report', 'activities', 'workflows', 'app', 'cli', 'worker'],
      'core is pure: it imports core only.',
    ),
  },
  {
    files: ['report/**/*.ts'],
    rules: forbid(['io', 'activities', 'workflows', 'app', 'cli', 'worker'], 'report is pure: it imports core only.'),
  },
  {
    files: ['io/**/*.ts'],
    rules: forbid(['report', 'activities', 'workflows', 'app', 'cli', 'worker'], 'io imports core only.'),
  },
  {
    files: ['activities/**/*.ts'],
    rules: forbid(['workflows', 'cli', 'worker'], 'activities import core, io, report and app/plan-a-spec only.'),
  },
  {
    files: ['app/**/*.ts'],
    rules: forbid(['cli'], 'app is what commands share: it knows none of them.'),
  },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/io/**', '**/report/**', '**/app/**', '**/cli/**', '**/worker.js'],
              message: 'workflows are deterministic: plan, expression and types only.',
            },
            { group: ['**/activities/**'], allowTypeImports: true, message: 'import types only.' },
            { group: nodeBuiltins, message: 'no Node built-ins in workflows.' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['io/model/runtime.ts', 'test/io/model/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'onnxruntime-node',
              message: 'io/model/runtime.ts is the only place that imports it.',
              allowTypeImports: false,
            },
          ],
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'error',
    },
  },
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
