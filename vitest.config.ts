import { defineConfig } from 'vitest/config';

/** Tests that run models with onnxruntime, in this checkout: slower than a unit, and without any set-up. */
const MODELS = ['test/activities/**/*.test.ts', 'test/io/model/**/*.test.ts', 'test/io/evaluation/**/*.test.ts'];

/** Tests that need `dist` or a server (Temporal, S3): the set-up builds the one and fetches the others. */
const SYSTEM = [
  'test/e2e/**/*.test.ts',
  'test/cli/commands/**/*.test.ts',
  'test/workflows/*.test.ts',
  'test/io/temporal/**/*.test.ts',
  'test/io/**/s3*.test.ts',
];

export default defineConfig({
  test: {
    pool: 'forks',
    setupFiles: ['test/support/fail-on-console.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    reporters: ['default', './test/support/summary-reporter.ts'],
    projects: [
      // everything else, so that a new file is a unit unless its folder says otherwise
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...MODELS, ...SYSTEM] },
      },
      { extends: true, test: { name: 'models', include: MODELS } },
      {
        extends: true,
        test: { name: 'system', include: SYSTEM, globalSetup: ['test/support/global-setup.ts'] },
      },
    ],
  },
});
